#include "service/reconcile/confirmation.h"

#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using firewall::DefaultAction;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const BootTime kNow = {"boot-1", hours(1)};

BootTime Later(milliseconds time) {
  return {kNow.boot_id, kNow.since_boot + time};
}

store::DesiredState Dropping(store::DesiredState state = {}) {
  state.firewall.default_action = DefaultAction::kDrop;
  return state;
}

TEST(Confirmation, AChangeWaitsForItAndIsUndone) {
  const store::DesiredState before;
  const auto changed = WithConfirmation(before, Dropping(), seconds(60), kNow);
  ASSERT_TRUE(changed.unconfirmed_firewall.has_value());
  EXPECT_EQ(TimeLeft(*changed.unconfirmed_firewall, kNow), seconds(60));
  EXPECT_EQ(TimeLeft(*changed.unconfirmed_firewall, Later(seconds(59))), seconds(1));
  EXPECT_EQ(TimeLeft(*changed.unconfirmed_firewall, Later(hours(9))), seconds(0));
  EXPECT_EQ(RolledBack(changed), before);
}

TEST(Confirmation, ARebootBeforeItIsTheEndOfTheTime) {
  const auto changed = WithConfirmation({}, Dropping(), hours(24), kNow);
  EXPECT_EQ(TimeLeft(*changed.unconfirmed_firewall, {"boot-2", seconds(5)}), seconds(0));
}

TEST(Confirmation, NothingWaitsUnlessItWasAskedForOrNothingChanges) {
  EXPECT_FALSE(WithConfirmation({}, Dropping(), std::nullopt, kNow).unconfirmed_firewall);
  EXPECT_FALSE(WithConfirmation({}, {}, seconds(60), kNow).unconfirmed_firewall);
}

TEST(Confirmation, AFurtherChangeJoinsTheOneThatWaits) {
  const store::DesiredState before;
  const auto first = WithConfirmation(before, Dropping(), seconds(60), kNow);
  auto wanted = first;
  wanted.firewall.rulesets["prometheus"].enabled = true;
  const auto joined = WithConfirmation(first, wanted, std::nullopt, Later(seconds(10)));
  EXPECT_EQ(TimeLeft(*joined.unconfirmed_firewall, Later(seconds(10))), seconds(50));
  EXPECT_EQ(RolledBack(joined), before);

  const auto anew = WithConfirmation(first, wanted, seconds(120), Later(seconds(10)));
  EXPECT_EQ(TimeLeft(*anew.unconfirmed_firewall, Later(seconds(10))), seconds(120));
  EXPECT_EQ(RolledBack(anew), before);
}

TEST(Confirmation, NothingWaitsAnyLongerOnceAllIsAsItWas) {
  const auto first = WithConfirmation({}, Dropping(), seconds(60), kNow);
  auto back = first;
  back.firewall.default_action = DefaultAction::kPass;
  EXPECT_FALSE(WithConfirmation(first, back, std::nullopt, kNow).unconfirmed_firewall);
}

TEST(Confirmation, WhatAServiceDidToItsRulesetIsNotUndone) {
  store::DesiredState before;
  before.firewall.rulesets["ptpd"] = {false, false, {"192.0.2.1"}};
  auto changed = WithConfirmation(before, Dropping(before), seconds(60), kNow);
  changed.firewall.rulesets["ptpd"] = {true, true, {}};  // PTP was switched on, and its list set
  const firewall::RulesetPolicy expected = {true, false, {"192.0.2.1"}};
  EXPECT_EQ(RolledBack(changed).firewall.rulesets.at("ptpd"), expected);
}

TEST(Confirmation, ConfirmedNothingIsUndoneAndNothingIsLeftToConfirm) {
  const auto changed = WithConfirmation({}, Dropping(), seconds(60), kNow);
  const auto confirmed = Confirmed(changed);
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_EQ(*confirmed, Dropping());
  const absl::Status again = Confirmed(*confirmed).status();
  EXPECT_EQ(again.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailOf(again).reason, "CONFIRMATION_NOT_PENDING");
}

TEST(Confirmation, TheTimeIsASecondToADay) {
  EXPECT_TRUE(CheckConfirmWithin(seconds(1)).ok());
  EXPECT_TRUE(CheckConfirmWithin(hours(24)).ok());
  for (const milliseconds wrong : {milliseconds(999), milliseconds(-5), milliseconds(86400001)}) {
    const absl::Status refused = CheckConfirmWithin(wrong);
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(DetailOf(refused).reason, "CONFIRM_WITHIN_OUT_OF_RANGE");
  }
}

}  // namespace
}  // namespace hostctl::reconcile
