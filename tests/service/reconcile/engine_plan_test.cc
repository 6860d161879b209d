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

  EnginePlan Plan() { return PlanEngine(state_, snapshot_, settings_, clock_adjustable_); }
  host::Device& Eth0() { return *const_cast<host::Device*>(snapshot_.Find("eth0")); }

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

TEST_F(EnginePlanTest, TheSameNameUnderANewIndexIsAnotherConfiguration) {
  const EngineConfig before = Plan().config;
  Eth0().index = 77;
  const EngineConfig after = Plan().config;
  EXPECT_FALSE(SameConfig(before, after));
  EXPECT_TRUE(SameButForDevice(before, after));
  state_.ptp.domain_number = 1;
  EXPECT_FALSE(SameButForDevice(before, Plan().config));
}

}  // namespace
}  // namespace hostctl::reconcile
