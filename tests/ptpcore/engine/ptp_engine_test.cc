#include "ptpcore/engine/ptp_engine.h"

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/engine/report.h"
#include "simulated_engine.h"

namespace ptpcore::engine {
namespace {

using protocol::PortState;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(PtpEngine, LocksAClockThatStartsHalfASecondOffAnd50PpmFast) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).value());
  EXPECT_EQ(sim.TrueErrorNs(), 500'000'000);
  sim.Run(60);
  EXPECT_EQ(sim.State(), PortState::kSlave);
  EXPECT_TRUE(sim.engine->ordinary_clock()->calibrated());
  EXPECT_TRUE(sim.engine->ordinary_clock()->in_control());
  EXPECT_EQ(sim.engine->ordinary_clock()->clock_steps(), 1u);
  EXPECT_LT(std::llabs(sim.TrueErrorNs()), 5'000);
  EXPECT_NEAR(*sim.engine->clock()->Frequency(), -50'000, 2'000);
}

TEST(PtpEngine, LocksWithPeerDelayAsWell) {
  for (const char* servo : {"adaptive", "pi", "linreg"}) {
    SimulatedEngine simulated;
    EngineConfig config = SimulatedEngine::Config();
    config.set_servo(servo);
    config.mutable_protocol()->set_delay_mechanism(hostctl::v1::DELAY_MECHANISM_P2P);
    ASSERT_TRUE(simulated.engine->Configure(config).ok());
    simulated.Run(300);
    EXPECT_EQ(simulated.State(), protocol::PortState::kSlave) << servo;
    EXPECT_LT(std::abs(simulated.TrueErrorNs()), 15'000) << servo;
    const hostctl::v1::PtpStats report = MakeReport(*simulated.engine);
    EXPECT_EQ(report.delay_mechanism(), hostctl::v1::DELAY_MECHANISM_P2P);
    EXPECT_NEAR(report.mean_path_delay_ns().mean(), 52'500, 5'000) << servo;
    EXPECT_EQ(report.messages().pdelay_req_sent(), 301U);
    EXPECT_EQ(report.messages().pdelay_resp_received(), 300U);
    EXPECT_EQ(report.messages().pdelay_resp_follow_up_received(), 300U);
    EXPECT_EQ(report.messages().delay_req_sent(), 0U);
    EXPECT_EQ(report.faults().unanswered_pdelay_requests(), 0U);
    EXPECT_EQ(report.faults().lost_transmit_timestamps(), 0U);
    EXPECT_EQ(report.faults().invalid_timestamps(), 0U);
  }
}

TEST(PtpEngine, SaysWhyItsPortIsInItsState) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).ok());
  sim.Run(0.5);
  EXPECT_EQ(sim.State(), PortState::kListening);
  EXPECT_THAT(sim.engine->ordinary_clock()->port().Explain({}).sentence, HasSubstr("Announce"));
  sim.Run(60);
  EXPECT_THAT(sim.log, Contains(HasSubstr("STATE_CHANGED: LISTENING to UNCALIBRATED")));
  EXPECT_THAT(sim.log, Contains(HasSubstr("CLOCK_STEPPED: by -0.5")));
}

TEST(PtpEngine, NeverStepsWhereThatIsThePolicyAndSlewsInstead) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  config.set_step_rule(hostctl::engine::v1::STEP_RULE_NEVER);
  config.mutable_virtual_clock()->set_initial_offset_ns(5'000'000);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(120);
  EXPECT_EQ(sim.engine->ordinary_clock()->clock_steps(), 0u);
  EXPECT_LT(std::llabs(sim.TrueErrorNs()), 10'000);
}

TEST(PtpEngine, ReadOnlyMeasuresAndLeavesTheClockAlone) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  config.set_read_only(true);
  config.mutable_virtual_clock()->set_frequency_error_ppb(0);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(30);
  EXPECT_EQ(sim.State(), PortState::kSlave);
  EXPECT_EQ(sim.TrueErrorNs(), 500'000'000);
  EXPECT_EQ(*sim.engine->clock()->Frequency(), 0);
  EXPECT_FALSE(sim.engine->ordinary_clock()->calibrated());
  EXPECT_TRUE(sim.engine->ordinary_clock()->in_control());
  EXPECT_NEAR(sim.engine->ordinary_clock()->measurements().offset_ns.last(), 500e6, 100e3);
}

TEST(PtpEngine, ClosedFirewallMeansListeningWithinTheAnnounceTimeoutAndOpenLocksAgain) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(30);
  ASSERT_EQ(sim.State(), PortState::kSlave);
  config.set_simulated_packets_pass(false);
  EXPECT_TRUE(sim.engine->Configure(config).value());
  EXPECT_EQ(sim.State(), PortState::kSlave) << "a live change must not re-initialize";
  sim.Run(3.5);  // three announce intervals of one second
  EXPECT_EQ(sim.State(), PortState::kListening);
  EXPECT_FALSE(sim.engine->ordinary_clock()->in_control());
  config.set_simulated_packets_pass(true);
  ASSERT_TRUE(sim.engine->Configure(config).value());
  sim.Run(30);
  EXPECT_EQ(sim.State(), PortState::kSlave);
  EXPECT_EQ(sim.engine->ordinary_clock()->clock_steps(), 1u) << "the second lock is no first lock";
}

TEST(PtpEngine, TheSameConfigurationAgainChangesNothing) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).value());
  sim.Run(30);
  const uint64_t transitions = sim.engine->ordinary_clock()->port().counters().state_transitions;
  EXPECT_FALSE(sim.engine->Configure(SimulatedEngine::Config()).value());
  EXPECT_EQ(sim.engine->resets(), 1u);
  EXPECT_EQ(sim.clocks_opened, 1);
  EXPECT_EQ(sim.engine->ordinary_clock()->port().counters().state_transitions, transitions);
}

TEST(PtpEngine, AnotherDomainStartsThePortOver) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(30);
  config.set_domain_number(5);
  ASSERT_TRUE(sim.engine->Configure(config).value());
  EXPECT_EQ(sim.engine->resets(), 2u);
  EXPECT_EQ(sim.State(), PortState::kListening);
  EXPECT_EQ(sim.engine->ordinary_clock()->protocol().data_sets().own.domain_number, 5);
}

TEST(PtpEngine, ARefusedConfigurationLeavesTheEngineAsItWas) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).ok());
  sim.Run(30);
  EngineConfig bad = SimulatedEngine::Config();
  bad.set_domain_number(256);
  EXPECT_THAT(std::string(sim.engine->Configure(bad).status().message()), HasSubstr("256"));
  EngineConfig other = SimulatedEngine::Config();
  other.set_domain_number(7);
  sim.clock_error = absl::PermissionDeniedError("cannot set the frequency");
  EXPECT_TRUE(absl::IsPermissionDenied(sim.engine->Configure(other).status()));
  EXPECT_EQ(sim.engine->config()->domain_number(), 0u);
  EXPECT_EQ(sim.State(), PortState::kSlave);
  sim.Run(10);
  EXPECT_EQ(sim.State(), PortState::kSlave);
}

TEST(PtpEngine, ChangingTheStepRuleKeepsThePortAndItsLock) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(60);
  config.set_step_rule(hostctl::engine::v1::STEP_RULE_NEVER);
  ASSERT_TRUE(sim.engine->Configure(config).value());
  sim.Run(60);
  EXPECT_EQ(sim.engine->resets(), 1u);
  EXPECT_EQ(sim.State(), PortState::kSlave);
  EXPECT_LT(std::llabs(sim.TrueErrorNs()), 5'000);
}

TEST(PtpEngine, HoldsTheClockWhenTheMasterIsLostAndSaysForHowLong) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  config.set_holdover_limit_s(100);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(120);
  ASSERT_EQ(sim.engine->ordinary_clock()->status().state(), ClockState::kLocked);
  config.set_simulated_packets_pass(false);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(90);
  EXPECT_EQ(sim.engine->ordinary_clock()->status().state(), ClockState::kHoldover);
  EXPECT_TRUE(sim.engine->ordinary_clock()->calibrated());
  EXPECT_LT(std::llabs(sim.TrueErrorNs()), 200'000) << "a frequency within 2 ppm was kept";
  sim.Run(20);
  EXPECT_EQ(sim.engine->ordinary_clock()->status().state(), ClockState::kHoldoverExpired);
  EXPECT_FALSE(sim.engine->ordinary_clock()->calibrated());
  config.set_simulated_packets_pass(true);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(60);
  EXPECT_EQ(sim.engine->ordinary_clock()->status().state(), ClockState::kLocked);
  EXPECT_EQ(sim.engine->ordinary_clock()->clock_steps(), 1u) << "back without a step";
  EXPECT_LT(std::llabs(sim.TrueErrorNs()), 10'000);
  EXPECT_THAT(sim.log, Contains(HasSubstr("CLOCK_STATE_CHANGED: LOCKED to HOLDOVER")));
}

TEST(PtpEngine, TakesOffAsymmetryAndLatencyWithTheStandardsSigns) {
  const auto mean_offset_with = [](auto change) {
    SimulatedEngine sim;
    EngineConfig config = SimulatedEngine::Config();
    change(config);
    EXPECT_TRUE(sim.engine->Configure(config).ok());
    sim.Run(120);
    return static_cast<double>(sim.TrueErrorNs());
  };
  // The simulated network is symmetric, so what is taken off is what becomes wrong.
  // 7.4.2: a longer way from the master makes t2 late; believing so sets the clock ahead.
  EXPECT_NEAR(mean_offset_with([](EngineConfig& c) { c.set_delay_asymmetry_ns(100'000); }), 100'000,
              8'000);
  // 7.3.4.2: a message came before it was stamped by the ingress latency; half of it
  // is taken for path delay.
  EXPECT_NEAR(mean_offset_with([](EngineConfig& c) { c.set_ingress_latency_ns(100'000); }), 50'000,
              8'000);
  EXPECT_NEAR(mean_offset_with([](EngineConfig& c) { c.set_egress_latency_ns(100'000); }), -50'000,
              8'000);
}

// What adjtimex(2) would say.
const std::optional<clock::ClockError>& ToldError(const SimulatedEngine& sim) {
  return dynamic_cast<const clock::VirtualClock&>(*sim.engine->clock()).told_error();
}

TEST(PtpEngine, TellsItsClockHowRightItIsUntilHoldoverHasEnded) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  config.set_holdover_limit_s(100);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  EXPECT_FALSE(ToldError(sim));
  sim.Run(60);
  ASSERT_TRUE(ToldError(sim));
  EXPECT_GT(ToldError(sim)->estimated_ns, 0);
  EXPECT_LE(std::llabs(sim.TrueErrorNs()), ToldError(sim)->maximum_ns);
  const double while_followed_ns = ToldError(sim)->estimated_ns;
  config.set_simulated_packets_pass(false);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(60);
  ASSERT_TRUE(ToldError(sim));
  EXPECT_GT(ToldError(sim)->estimated_ns, while_followed_ns);
  sim.Run(100);
  EXPECT_FALSE(ToldError(sim));
}

TEST(PtpEngine, SaysNothingOfAClockThatItOnlyReads) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  config.set_read_only(true);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(60);
  EXPECT_FALSE(ToldError(sim));
}

TEST(PtpEngine, RemembersItsFrequencyForAClockThatForgotIt) {
  const std::string path = ::testing::TempDir() + "/ptp_engine_test.frequency";
  std::remove(path.c_str());
  EngineConfig config = SimulatedEngine::Config();
  config.set_frequency_file(path);
  SimulatedEngine before;
  ASSERT_TRUE(before.engine->Configure(config).ok());
  before.Run(120);
  before.engine->SaveFrequency();
  SimulatedEngine after;
  ASSERT_TRUE(after.engine->Configure(config).ok());
  EXPECT_NEAR(*after.engine->clock()->Frequency(), -50'000, 1'000);
  config.set_read_only(true);
  SimulatedEngine read_only;
  ASSERT_TRUE(read_only.engine->Configure(config).ok());
  EXPECT_EQ(*read_only.engine->clock()->Frequency(), 0);
}

TEST(PtpEngine, WritesALinePerSyncPerDelayRespAndPerStateChange) {
  const std::string path = ::testing::TempDir() + "/ptp_engine_test.stats";
  std::remove(path.c_str());
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  config.mutable_stats_log()->set_path(path);
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(30);
  std::ifstream file(path);
  uint64_t syncs = 0;
  uint64_t delays = 0;
  uint64_t states = 0;
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_THAT(line, HasSubstr("# Timestamp, State, Clock ID"));
  while (std::getline(file, line)) {
    syncs += line.find(", S, ") != std::string::npos ? 1 : 0;
    delays += line.find(", D, ") != std::string::npos ? 1 : 0;
    states += line.find(", I, ") != std::string::npos ? 1 : 0;
  }
  const protocol::Port& port = sim.engine->ordinary_clock()->port();
  // The first Sync came before its sender was the parent, and the exchange that
  // the step interrupted is not measured.
  EXPECT_NEAR(static_cast<double>(syncs), static_cast<double>(port.counters().sync_received), 2);
  EXPECT_NEAR(static_cast<double>(delays), static_cast<double>(port.counters().delay_resp_received),
              2);
  EXPECT_EQ(states, port.counters().state_transitions);
}

TEST(PtpEngine, AStatsLogThatCannotBeWrittenIsAnEventAndNothingElse) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  config.mutable_stats_log()->set_path("/dev/null/ptpd.stats");
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  sim.Run(30);
  EXPECT_EQ(sim.State(), PortState::kSlave);
  EXPECT_THAT(sim.log, Contains(HasSubstr("FAULT: cannot open /dev/null/ptpd.stats")).Times(1));
}

}  // namespace
}  // namespace ptpcore::engine
