#include "service/reconcile/engine_plan.h"

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Action = EnginePlan::Action;

class EnginePlanTest : public ::testing::Test {
 protected:
  EnginePlanTest() : snapshot_(host::SandboxDevices()) {
    state_.ptp.enabled = true;
    state_.ptp.interface = "eth0";
    state_.firewall.rulesets["ptpd"].enabled = true;
  }

  EnginePlan Plan(bool clock_lent = false) {
    return PlanEngine(state_, snapshot_, settings_, clock_adjustable_, clock_lent);
  }
  host::Device& Eth0() { return *const_cast<host::Device*>(snapshot_.Find("eth0")); }
  host::Device& Eth1() { return *const_cast<host::Device*>(snapshot_.Find("eth1")); }

  store::DesiredState state_;
  host::Snapshot snapshot_;
  EngineSettings settings_;
  bool clock_adjustable_ = true;
};

TEST_F(EnginePlanTest, EnabledOnAGoodInterfaceItRuns) {
  state_.ptp.domain_number = 24;
  state_.ptp.step_policy = store::StepPolicy::kNever;
  settings_.stats_log = "/var/log/hostctl/ptpd.stats";
  const EnginePlan plan = Plan();
  EXPECT_EQ(plan.action, Action::kRun);
  EXPECT_THAT(plan.conditions, IsEmpty());
  EXPECT_EQ(plan.config.device(), "eth0");
  EXPECT_EQ(plan.config.device_index(), static_cast<uint32_t>(Eth0().index));
  EXPECT_EQ(plan.config.interface(), "eth0");
  EXPECT_EQ(plan.config.domain_number(), 24u);
  EXPECT_EQ(plan.config.step_rule(), hostctl::engine::v1::STEP_RULE_NEVER);
  EXPECT_EQ(plan.config.stats_log().path(), "/var/log/hostctl/ptpd.stats");
  EXPECT_TRUE(plan.config.simulated_packets_pass());
}

TEST_F(EnginePlanTest, DisabledItStopsAndThereIsNothingToSay) {
  state_.ptp.enabled = false;
  EXPECT_EQ(Plan().action, Action::kStop);
  EXPECT_THAT(Plan().conditions, IsEmpty());
}

TEST_F(EnginePlanTest, AnInterfaceThatCannotBeUsedIsWaitedFor) {
  Eth0().up = false;
  EXPECT_EQ(Plan().action, Action::kWait);
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("INTERFACE_DOWN"));
  Eth0().up = true;
  Eth0().ipv4.clear();
  EXPECT_EQ(Plan().action, Action::kWait);
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("INTERFACE_NO_ADDRESS"));
  state_.ptp.interface = "vmk7";
  EXPECT_EQ(Plan().action, Action::kWait);
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("INTERFACE_MISSING"));
}

TEST_F(EnginePlanTest, WithoutCarrierItRunsAndSaysSo) {
  Eth0().running = false;
  EXPECT_EQ(Plan().action, Action::kRun);
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("INTERFACE_NO_LINK"));
}

TEST_F(EnginePlanTest, AClosedRulesetDoesNotStopItButIsSaid) {
  state_.firewall.rulesets["ptpd"].enabled = false;
  EXPECT_EQ(Plan().action, Action::kRun);
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("RULESET_CLOSED"));
  state_.firewall.rulesets["ptpd"] = {true, false, {}};  // open to nobody
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("RULESET_CLOSED"));
}

TEST_F(EnginePlanTest, TheSandboxTellsTheEngineWhetherPacketsPass) {
  settings_.transport = hostctl::engine::v1::TRANSPORT_KIND_SIMULATED;
  EXPECT_TRUE(Plan().config.simulated_packets_pass());
  state_.firewall.rulesets["ptpd"].enabled = false;
  EXPECT_FALSE(Plan().config.simulated_packets_pass());
}

TEST_F(EnginePlanTest, WithoutTheRightToTheClockItStopsUnlessReadOnly) {
  clock_adjustable_ = false;
  EXPECT_EQ(Plan().action, Action::kStop);
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("CLOCK_NOT_ADJUSTABLE"));
  state_.ptp.read_only = true;
  EXPECT_EQ(Plan().action, Action::kRun);
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("CLOCK_READ_ONLY"));
}

TEST_F(EnginePlanTest, TheSettingsOfTheServoReachTheEngine) {
  state_.ptp.servo = "linreg";
  state_.ptp.delay_asymmetry_ns = -120;
  state_.ptp.ingress_latency_ns = 300;
  state_.ptp.egress_latency_ns = 40;
  state_.ptp.holdover_limit_s = 0;
  settings_.frequency_file = "/var/lib/hostctl/frequency.json";
  const EngineConfig config = Plan().config;
  EXPECT_EQ(config.servo(), "linreg");
  EXPECT_EQ(config.delay_asymmetry_ns(), -120);
  EXPECT_EQ(config.ingress_latency_ns(), 300);
  EXPECT_EQ(config.egress_latency_ns(), 40);
  EXPECT_EQ(config.holdover_limit_s(), 0u);
  EXPECT_TRUE(config.has_holdover_limit_s()) << "0 is not the default";
  EXPECT_EQ(config.frequency_file(), "/var/lib/hostctl/frequency.json");
}

TEST_F(EnginePlanTest, AuthenticationReachesTheEngineWhereItIsOn) {
  state_.ptp.protocol.authentication.set_security_parameter_pointer(3);
  EXPECT_FALSE(Plan().config.has_authentication());
  state_.ptp.protocol.authentication.set_association_file("/etc/hostctl/ptp-keys");
  const EngineConfig config = Plan().config;
  EXPECT_EQ(config.authentication().association_file(), "/etc/hostctl/ptp-keys");
  EXPECT_EQ(config.authentication().security_parameter_pointer(), 3U);
}

TEST_F(EnginePlanTest, HowPtpSpeaksReachesTheEngine) {
  state_.ptp.protocol.profile = "g8275.2";
  state_.ptp.domain_number = 44;
  state_.ptp.protocol.values.set_log_sync_interval(-6);
  state_.ptp.protocol.unicast_masters = {"192.0.2.1"};
  state_.ptp.protocol.acceptable_masters.emplace_back().set_identity("001b21fffe030405");
  state_.ptp.protocol.management_allow_set = true;
  settings_.management_socket = "/run/hostctl/ptp-management.sock";
  settings_.leap_seconds_file = "/usr/share/zoneinfo/leap-seconds.list";
  const EngineConfig config = Plan().config;
  EXPECT_EQ(config.profile(), "g8275.2");
  EXPECT_EQ(config.protocol().log_sync_interval(), -6);
  EXPECT_EQ(config.protocol().log_announce_interval(), 0) << "the profile's, filled in";
  EXPECT_EQ(config.unicast_masters(0), "192.0.2.1");
  EXPECT_EQ(config.acceptable_masters(0).identity(), "001b21fffe030405");
  EXPECT_TRUE(config.management().enabled());
  EXPECT_TRUE(config.management().allow_set());
  EXPECT_EQ(config.management_socket(), "/run/hostctl/ptp-management.sock");
  EXPECT_EQ(config.leap_seconds_file(), "/usr/share/zoneinfo/leap-seconds.list");
}

TEST_F(EnginePlanTest, OverEthernetItNeedsNeitherAddressNorRuleset) {
  state_.ptp.protocol.values.set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
  state_.firewall.rulesets.clear();
  Eth0().ipv4.clear();
  EXPECT_EQ(Plan().action, Action::kRun);
  EXPECT_THAT(Plan().conditions, IsEmpty());
}

TEST_F(EnginePlanTest, OverIpv6ItNeedsAnAddressOfThatKind) {
  state_.ptp.protocol.values.set_network_protocol(v1::NETWORK_PROTOCOL_UDP_IPV6);
  state_.ptp.watch_interfaces = {"eth1"};
  Eth0().ipv6.clear();
  Eth1().ipv6.clear();
  EXPECT_EQ(Plan().action, Action::kWait);
  EXPECT_EQ(Plan().conditions.front().code, "INTERFACE_NO_ADDRESS");
  EXPECT_EQ(Plan().conditions.front().message, "network device `eth0` has no IPv6 address");
  EXPECT_EQ(Plan().conditions.back().code, "WATCH_INTERFACE_NO_ADDRESS");
  Eth0().ipv6 = {{"fe80::1", 64}};
  Eth1().ipv6 = {{"fe80::2", 64}};
  EXPECT_EQ(Plan().action, Action::kRun);
  EXPECT_EQ(Plan().config.further_ports_size(), 1);
  EXPECT_THAT(Plan().conditions, IsEmpty());
}

TEST_F(EnginePlanTest, AServerTakesItsFrequencyFromTheClockAsItIs) {
  settings_.frequency_file = "/var/lib/hostctl/frequency.json";
  state_.ptp.protocol.values.set_role(v1::CLOCK_ROLE_SERVER);
  EXPECT_EQ(Plan().config.frequency_file(), "");
  state_.ptp.protocol.values.set_role(v1::CLOCK_ROLE_AUTO);
  EXPECT_EQ(Plan().config.frequency_file(), "/var/lib/hostctl/frequency.json");
}

TEST_F(EnginePlanTest, AClientThatNegotiatesNeedsSomebodyToAsk) {
  state_.ptp.protocol.values.set_unicast_negotiation(true);
  EXPECT_EQ(Plan().action, Action::kRun);
  EXPECT_THAT(CodesOf(Plan().conditions), ElementsAre("UNICAST_MASTERS_MISSING"));
  state_.ptp.protocol.unicast_masters = {"192.0.2.1"};
  EXPECT_THAT(Plan().conditions, IsEmpty());
}

// The engine fills in what is missing and reports it back: with nothing missing
// an adopted engine's configuration compares equal.
TEST_F(EnginePlanTest, NothingIsLeftToTheEnginesDefaults) {
  state_.ptp.watch_interfaces = {"eth1"};
  const EngineConfig config = Plan().config;
  EXPECT_EQ(config.servo(), "adaptive");
  EXPECT_TRUE(config.has_holdover_limit_s());
  EXPECT_EQ(config.holdover_limit_s(), 3600u);
  ASSERT_EQ(config.further_ports_size(), 1);
  EXPECT_EQ(config.further_ports(0).interface(), "eth1");
}

TEST_F(EnginePlanTest, WatchedInterfacesAreResolvedInTheirOrder) {
  host::Device eth2 = Eth1();
  eth2.index = 9;
  eth2.name = "eth2";
  eth2.alternative_names = {"vmk2"};
  snapshot_.devices.push_back(eth2);
  state_.ptp.watch_interfaces = {"vmk2", "eth1"};
  const EnginePlan plan = Plan();
  EXPECT_EQ(plan.action, Action::kRun);
  EXPECT_THAT(plan.conditions, IsEmpty());
  ASSERT_EQ(plan.config.further_ports_size(), 2);
  EXPECT_EQ(plan.config.further_ports(0).interface(), "vmk2");
  EXPECT_EQ(plan.config.further_ports(0).device(), "eth2");
  EXPECT_EQ(plan.config.further_ports(0).device_index(), 9u);
  EXPECT_EQ(plan.config.further_ports(1).device(), "eth1");
}

TEST_F(EnginePlanTest, AWatchedInterfaceThatCannotBeUsedIsLeftOutAndSaid) {
  const auto expect_left_out = [this](const std::string& code) {
    const EnginePlan plan = Plan();
    EXPECT_EQ(plan.action, Action::kRun) << code;
    EXPECT_EQ(plan.config.device(), "eth0");
    EXPECT_EQ(plan.config.further_ports_size(), 0) << code;
    EXPECT_THAT(CodesOf(plan.conditions), ElementsAre(code));
  };
  state_.ptp.watch_interfaces = {"vmk7"};
  expect_left_out("WATCH_INTERFACE_MISSING");
  state_.ptp.watch_interfaces = {"eth1"};
  Eth1().up = false;
  expect_left_out("WATCH_INTERFACE_DOWN");
  Eth1().up = true;
  Eth1().ipv4.clear();
  expect_left_out("WATCH_INTERFACE_NO_ADDRESS");
  Eth0().alternative_names = {"vmk7"};  // the name moved to the device PTP runs on
  state_.ptp.watch_interfaces = {"vmk7"};
  expect_left_out("WATCH_INTERFACE_TAKEN");
}

TEST_F(EnginePlanTest, AWatchedInterfaceWithoutCarrierIsWatched) {
  state_.ptp.watch_interfaces = {"eth1"};
  Eth1().running = false;
  const EnginePlan plan = Plan();
  EXPECT_EQ(plan.config.further_ports_size(), 1);
  EXPECT_THAT(CodesOf(plan.conditions), ElementsAre("WATCH_INTERFACE_NO_LINK"));
}

TEST_F(EnginePlanTest, WhileItsInterfaceIsAwayAnEngineMayStayIfItWatchesNothingUnwanted) {
  state_.ptp.watch_interfaces = {"eth1"};
  const EngineConfig running = Plan().config;
  Eth0().up = false;
  Eth1().up = false;
  EXPECT_EQ(Plan().action, Action::kWait);
  EXPECT_TRUE(SameButForDevices(running, Plan().config)) << "both are only away";
  state_.ptp.watch_interfaces = {};
  EXPECT_FALSE(SameButForDevices(running, Plan().config)) << "eth1 is not to be watched any more";
}

TEST_F(EnginePlanTest, TheSameNameUnderANewIndexIsAnotherConfiguration) {
  const EngineConfig before = Plan().config;
  Eth0().index = 77;
  const EngineConfig after = Plan().config;
  EXPECT_FALSE(SameConfig(before, after));
  EXPECT_TRUE(SameButForDevices(before, after));
  state_.ptp.domain_number = 1;
  EXPECT_FALSE(SameButForDevices(before, Plan().config));
}

}  // namespace
}  // namespace hostctl::reconcile
