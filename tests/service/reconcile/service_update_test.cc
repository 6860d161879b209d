#include "service/reconcile/service_update.h"

#include <string>

#include "gtest/gtest.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/service_plan.h"

namespace hostctl::reconcile {
namespace {

using store::ByHand;
using store::ServicePolicy;
using Action = ServiceUpdate::Action;

class ServiceUpdateTest : public ::testing::Test {
 protected:
  ServiceUpdateTest() {
    wanted_.state.ptp.enabled = true;
    wanted_.state.ptp.interface = "vmk0";
    CoupleRulesets({}, wanted_.state);
  }

  // Applies to `wanted_`; the reason of the refusal, empty when done.
  std::string Do(Action action, const std::string& key, ServicePolicy policy = ServicePolicy::kOn) {
    ServiceUpdate update;
    update.key = key;
    update.action = action;
    update.policy = policy;
    const auto done = ApplyServiceUpdate(wanted_, update);
    if (!done.ok()) return DetailOf(done.status()).reason;
    wanted_ = *done;
    return "";
  }
  std::string Set(const std::string& key, ServicePolicy policy) {
    return Do(Action::kSetPolicy, key, policy);
  }
  bool Runs(const std::string& key) { return ShouldRun(wanted_.state, wanted_.by_hand, key); }
  bool Open() { return wanted_.state.firewall.rulesets.at("ptpd").enabled; }

  Wanted wanted_;
};

TEST_F(ServiceUpdateTest, StopAndStartByHandTakeTheRulesetAlong) {
  EXPECT_EQ(Do(Action::kStop, "ptpd"), "");
  EXPECT_FALSE(Runs("ptpd"));
  EXPECT_FALSE(Open());
  EXPECT_EQ(Do(Action::kStart, "ptpd"), "");
  EXPECT_TRUE(Runs("ptpd"));
  EXPECT_TRUE(Open());
}

TEST_F(ServiceUpdateTest, RestartStartsWhatDoesNotRun) {
  EXPECT_EQ(Do(Action::kStop, "ptpd"), "");
  EXPECT_EQ(Do(Action::kRestart, "ptpd"), "");
  EXPECT_TRUE(Runs("ptpd"));
}

TEST_F(ServiceUpdateTest, PolicyOffLeavesARunningServiceUntilTheHostStartsAgain) {
  EXPECT_EQ(Set("ptpd", ServicePolicy::kOff), "");
  EXPECT_TRUE(Runs("ptpd"));
  EXPECT_TRUE(Open());
  wanted_.by_hand.clear();
  EXPECT_FALSE(Runs("ptpd"));
}

TEST_F(ServiceUpdateTest, PolicyOffStartsNothing) {
  EXPECT_EQ(Do(Action::kStop, "ptpd"), "");
  EXPECT_EQ(Set("ptpd", ServicePolicy::kOff), "");
  EXPECT_FALSE(Runs("ptpd"));
}

TEST_F(ServiceUpdateTest, PolicyOnStartsWhatWasStoppedByHandUnderAnother) {
  EXPECT_EQ(Set("chronyd", ServicePolicy::kAutomatic), "");
  EXPECT_EQ(Do(Action::kStop, "chronyd"), "");
  EXPECT_EQ(Set("chronyd", ServicePolicy::kOn), "");
  EXPECT_TRUE(Runs("chronyd"));
}

TEST_F(ServiceUpdateTest, TheSamePolicyAgainChangesNothing) {
  EXPECT_EQ(Do(Action::kStop, "ptpd"), "");
  EXPECT_EQ(Set("ptpd", ServicePolicy::kOn), "");
  EXPECT_FALSE(Runs("ptpd"));
}

TEST_F(ServiceUpdateTest, PtpdCannotBeStartedWhilePtpIsOff) {
  wanted_.state.ptp.enabled = false;
  EXPECT_EQ(Do(Action::kStart, "ptpd"), "PTP_DISABLED");
  EXPECT_EQ(Do(Action::kRestart, "ptpd"), "PTP_DISABLED");
  EXPECT_EQ(Do(Action::kStop, "ptpd"), "") << "stopping what does not run is no error";
}

TEST_F(ServiceUpdateTest, AnAutomaticServiceCannotBeStartedPastItsClosedRuleset) {
  wanted_.state.firewall.rulesets["ntpClient"].enabled = false;
  EXPECT_EQ(Set("chronyd", ServicePolicy::kAutomatic), "");
  EXPECT_EQ(Do(Action::kStart, "chronyd"), "RULESET_CLOSED");
}

TEST_F(ServiceUpdateTest, AnUnknownServiceIsAnsweredWithThoseThereAre) {
  ServiceUpdate update;
  update.key = "ntpd";
  const absl::Status refused = ApplyServiceUpdate(wanted_, update).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(refused.message(), "there is no service 'ntpd'; known are: chronyd, ptpd");
  EXPECT_EQ(DetailOf(refused).reason, "SERVICE_NOT_FOUND");
  EXPECT_EQ(DetailOf(refused).field, "key");
}

TEST_F(ServiceUpdateTest, SwitchingPtpForgetsWhatWasDoneByHand) {
  store::DesiredState off = wanted_.state;
  off.ptp.enabled = false;
  store::ServicesByHand by_hand = {{"chronyd", ByHand::kStarted}, {"ptpd", ByHand::kStopped}};
  ForgetAfterSwitch(wanted_.state, wanted_.state, by_hand);
  EXPECT_EQ(by_hand.size(), 2u);
  ForgetAfterSwitch(wanted_.state, off, by_hand);
  EXPECT_EQ(by_hand, (store::ServicesByHand{{"chronyd", ByHand::kStarted}}));
}

}  // namespace
}  // namespace hostctl::reconcile
