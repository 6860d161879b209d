#include "service/rpc/firewall_convert.h"

#include <limits>

#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

TEST(ConvertFirewall, OnlyWhatTheMaskNamesIsUpdated) {
  v1::UpdateFirewallRequest request;
  request.mutable_firewall()->set_default_action(v1::DEFAULT_ACTION_DROP);
  request.mutable_update_mask()->add_paths("default_action");
  const auto update = FromProto(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->default_action, firewall::DefaultAction::kDrop);
  EXPECT_FALSE(update->enabled.has_value());
  request.clear_update_mask();
  EXPECT_EQ(FromProto(request)->enabled, false) << "an empty mask means all";
}

TEST(ConvertFirewall, APathThatIsNoFieldIsRefused) {
  v1::UpdateFirewallRequest whole;
  whole.mutable_update_mask()->add_paths("loaded");
  EXPECT_EQ(reconcile::DetailOf(FromProto(whole).status()).reason, "FIELD_MASK_INVALID");
  v1::UpdateRulesetRequest ruleset;
  ruleset.mutable_update_mask()->add_paths("ruleset_id");
  EXPECT_EQ(reconcile::DetailOf(FromProto(ruleset).status()).reason, "FIELD_MASK_INVALID");
}

TEST(ConvertFirewall, ADefaultActionThatDoesNotExistIsRefused) {
  v1::UpdateFirewallRequest request;
  for (const int wrong : {0, 17}) {
    request.mutable_firewall()->set_default_action(static_cast<v1::DefaultAction>(wrong));
    const absl::Status refused = FromProto(request).status();
    EXPECT_EQ(reconcile::DetailOf(refused).reason, "DEFAULT_ACTION_INVALID");
    EXPECT_EQ(reconcile::DetailOf(refused).field, "firewall.default_action");
  }
}

TEST(ConvertFirewall, TheTimeToConfirmIsTakenInMillisecondsAndNeverOverflows) {
  v1::LoadFirewallRequest request;
  EXPECT_FALSE(ModeOf(request).confirm_within.has_value());
  request.mutable_confirm_within()->set_seconds(2);
  request.mutable_confirm_within()->set_nanos(500'000'000);
  EXPECT_EQ(ModeOf(request).confirm_within, std::chrono::milliseconds(2500));
  request.mutable_confirm_within()->set_seconds(std::numeric_limits<int64_t>::max());
  EXPECT_GT(*ModeOf(request).confirm_within, std::chrono::hours(24));
  request.mutable_confirm_within()->set_seconds(std::numeric_limits<int64_t>::min());
  EXPECT_LT(*ModeOf(request).confirm_within, std::chrono::seconds(0));
}

TEST(ConvertFirewall, WhatIsReadBackOfARulesetSetsTheSame) {
  reconcile::RulesetView view;
  view.definition.id = "web";
  view.policy = {true, false, {"192.0.2.0/24", "2001:db8::1"}};
  v1::UpdateRulesetRequest request;
  *request.mutable_ruleset() = ToProto(view);
  const auto update = FromProto(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->ruleset_id, "web");
  EXPECT_EQ(update->enabled, true);
  EXPECT_EQ(update->allow_all, false);
  EXPECT_EQ(update->allowed_ips, view.policy.allowed_ips);
}

}  // namespace
}  // namespace hostctl::rpc
