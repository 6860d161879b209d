#include "service/reconcile/changes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Changes, EqualStatesGiveNone) {
  EXPECT_THAT(ChangesBetween(store::DesiredState(), store::DesiredState()), IsEmpty());
}

TEST(Changes, EnablingIsSaidWithTheRulesetAndTheService) {
  store::DesiredState after;
  after.ptp.enabled = true;
  after.ptp.interface = "vmk0";
  after.firewall.rulesets["ptpd"].enabled = true;
  EXPECT_THAT(
      ChangesBetween(store::DesiredState(), after),
      ElementsAre(Change{"ptp.enabled", "false", "true"}, Change{"ptp.interface", "", "vmk0"},
                  Change{"firewall.ruleset.ptpd.enabled", "false", "true"},
                  Change{"service.ptpd", "stopped", "running"}));
}

TEST(Changes, EveryOtherSettingOfPtpIsSaid) {
  store::DesiredState after;
  after.ptp.domain_number = 24;
  after.ptp.read_only = true;
  after.ptp.step_policy = store::StepPolicy::kNever;
  after.ptp.servo = "pi";
  after.ptp.delay_asymmetry_ns = -120;
  after.ptp.ingress_latency_ns = 300;
  after.ptp.egress_latency_ns = 40;
  after.ptp.holdover_limit_s = 0;
  after.ptp.watch_interfaces = {"vmk1", "vmk2"};
  EXPECT_THAT(
      ChangesBetween(store::DesiredState(), after),
      ElementsAre(
          Change{"ptp.domain_number", "0", "24"}, Change{"ptp.read_only", "false", "true"},
          Change{"ptp.step_policy", "first-lock", "never"}, Change{"ptp.servo", "adaptive", "pi"},
          Change{"ptp.delay_asymmetry_ns", "0", "-120"},
          Change{"ptp.ingress_latency_ns", "0", "300"}, Change{"ptp.egress_latency_ns", "0", "40"},
          Change{"ptp.holdover_limit", "3600 s", "0 s"},
          Change{"ptp.watch_interfaces", "", "vmk1, vmk2"}));
}

}  // namespace
}  // namespace hostctl::reconcile
