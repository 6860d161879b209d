#include "ptpcore/engine/report.h"

#include <unistd.h>

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simulated_engine.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

TEST(Report, OfALockedEngineHasEveryValueTheTableShows) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).ok());
  sim.Run(60);
  const v1::PtpStats stats = MakeReport(*sim.engine);
  EXPECT_EQ(stats.interface(), "vmk0");
  EXPECT_EQ(stats.device(), "eth0");
  EXPECT_EQ(stats.port_state(), v1::PORT_STATE_SLAVE);
  EXPECT_EQ(stats.engine_pid(), static_cast<uint32_t>(getpid()));
  EXPECT_EQ(stats.preset(), "slaveonly");
  EXPECT_EQ(stats.clock(), "virtual");
  EXPECT_EQ(stats.delay_mechanism(), v1::DELAY_MECHANISM_E2E);
  EXPECT_TRUE(stats.clock_calibrated());
  EXPECT_TRUE(stats.clock_in_control());
  EXPECT_FALSE(stats.clock_read_only());
  EXPECT_EQ(stats.engine_resets(), 1u);
  EXPECT_EQ(stats.clock_steps(), 1u);
  EXPECT_EQ(stats.parent().parent_port_identity().clock_identity(), "00005efffe005301");
  EXPECT_EQ(stats.parent().parent_port_identity().port_number(), 1u);
  EXPECT_EQ(stats.parent().parent_address(), "192.0.2.1");
  EXPECT_EQ(stats.parent().grandmaster_clock_class(), 6u);
  EXPECT_EQ(stats.parent().steps_removed(), 1u);
  EXPECT_EQ(stats.parent().sync_mode(), v1::SYNC_MODE_TWO_STEP);
  EXPECT_TRUE(stats.time_properties().ptp_timescale());
  EXPECT_TRUE(stats.time_properties().current_utc_offset_valid());
  EXPECT_EQ(stats.time_properties().current_utc_offset_s(), 37);
  EXPECT_EQ(stats.time_properties().applied_utc_offset_s(), 37);
  EXPECT_NEAR(stats.offset_from_master_ns().last(), 0, 20'000);
  EXPECT_NEAR(stats.mean_path_delay_ns().last(), 50'000, 10'000);
  EXPECT_NEAR(stats.frequency_correction_ppb().last(), -50'000, 2'000);
  EXPECT_NEAR(stats.receive_rate_hz(), 4, 1.5);  // Announce, Sync, Follow_Up, Delay_Resp
  EXPECT_NEAR(stats.transmit_rate_hz(), 1, 0.8);
  // 60 s of one message a second each.
  EXPECT_NEAR(static_cast<double>(stats.messages().announce_received()), 60, 1);
  EXPECT_NEAR(static_cast<double>(stats.messages().sync_received()), 60, 1);
  EXPECT_EQ(stats.messages().sync_received(), stats.messages().follow_up_received());
  EXPECT_NEAR(static_cast<double>(stats.messages().delay_req_sent()),
              static_cast<double>(stats.messages().delay_resp_received()), 2);
  EXPECT_EQ(stats.events(0).kind(), "CONFIGURED");
}

TEST(Report, StatesHowWrongTheClockCanBeOnASymmetricPathAndOnAnyOther) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).ok());
  sim.Run(120);
  const v1::PtpStats stats = MakeReport(*sim.engine);
  const v1::Uncertainty& uncertainty = stats.uncertainty();
  const double delay_ns = sim.engine->ordinary_clock()->estimate().mean_path_delay_ns;
  EXPECT_NEAR(delay_ns, 47'000, 5'000);
  EXPECT_GT(uncertainty.root_dispersion_ns(), 0);
  EXPECT_DOUBLE_EQ(uncertainty.root_distance_ns(), uncertainty.root_dispersion_ns() + delay_ns);
  EXPECT_DOUBLE_EQ(uncertainty.maximum_error_ns(), uncertainty.bound_95_ns() + delay_ns);
  EXPECT_LT(std::llabs(sim.TrueErrorNs()), uncertainty.bound_95_ns());
}

// The path is symmetric, so that what is configured here is wrong by all of it.
TEST(Report, DoesNotTakeAConfiguredAsymmetryOnTrust) {
  for (const int64_t asymmetry_ns : {30'000, -30'000}) {
    SimulatedEngine sim;
    EngineConfig config = SimulatedEngine::Config();
    config.set_delay_asymmetry_ns(asymmetry_ns);
    ASSERT_TRUE(sim.engine->Configure(config).ok());
    sim.Run(120);
    const v1::PtpStats stats = MakeReport(*sim.engine);
    const v1::Uncertainty& uncertainty = stats.uncertainty();
    EXPECT_NEAR(static_cast<double>(sim.TrueErrorNs()), static_cast<double>(asymmetry_ns), 10'000);
    EXPECT_GT(std::llabs(sim.TrueErrorNs()), uncertainty.bound_95_ns());
    EXPECT_LE(std::llabs(sim.TrueErrorNs()), uncertainty.maximum_error_ns());
    EXPECT_NEAR(uncertainty.maximum_error_ns() - uncertainty.bound_95_ns(), 77'000, 5'000)
        << "mean path delay and asymmetry";
  }
}

TEST(Report, ClaimsNothingBeforeAMasterIsMeasured) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).ok());
  sim.Run(1);
  EXPECT_FALSE(MakeReport(*sim.engine).has_uncertainty());
}

TEST(Report, BeforeAnyConfigurationSaysThatItWaits) {
  SimulatedEngine sim;
  const v1::PtpStats stats = MakeReport(*sim.engine);
  EXPECT_EQ(stats.port_state(), v1::PORT_STATE_INITIALIZING);
  EXPECT_EQ(stats.state_reason(), "waiting for a configuration");
  EXPECT_FALSE(stats.has_parent());
  EXPECT_FALSE(stats.has_offset_from_master_ns());
}

TEST(Report, OfANetworkThatNeverOpenedNamesTheReason) {
  SimulatedEngine sim;
  EngineConfig config = SimulatedEngine::Config();
  config.set_transport(hostctl::engine::v1::TRANSPORT_KIND_NETWORK);
  config.set_device("nonexistent0");
  ASSERT_TRUE(sim.engine->Configure(config).ok());
  const v1::PtpStats stats = MakeReport(*sim.engine);
  EXPECT_EQ(stats.port_state(), v1::PORT_STATE_FAULTY);
  EXPECT_EQ(stats.state_reason(), "there is no network device nonexistent0");
}

}  // namespace
}  // namespace ptpcore::engine
