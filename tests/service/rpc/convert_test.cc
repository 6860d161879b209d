#include "service/rpc/convert.h"

#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

TEST(Convert, OnlyWhatTheMaskNamesIsUpdated) {
  v1::UpdatePtpRequest request;
  request.mutable_config()->set_domain_number(300);
  request.mutable_config()->set_interface("vmk0");
  request.mutable_update_mask()->add_paths("domain_number");
  const auto update = FromProto(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->domain_number, 300) << "checked later, not cut to 8 bits here";
  EXPECT_FALSE(update->interface.has_value());
  EXPECT_FALSE(update->enabled.has_value());
  EXPECT_FALSE(update->etag.has_value());
}

TEST(Convert, AnEmptyMaskMeansAllFieldsUnlessItIsAReset) {
  v1::UpdatePtpRequest request;
  EXPECT_EQ(FromProto(request)->enabled, false);
  EXPECT_EQ(FromProto(request)->interface, "");
  request.set_reset_to_defaults(true);
  EXPECT_TRUE(FromProto(request)->reset_to_defaults);
  EXPECT_FALSE(FromProto(request)->enabled.has_value());
}

TEST(Convert, APathThatIsNoFieldIsRefused) {
  for (const char* path : {"enable", "config.enabled", "", "*"}) {
    v1::UpdatePtpRequest request;
    request.mutable_update_mask()->add_paths(path);
    EXPECT_EQ(reconcile::DetailOf(FromProto(request).status()).reason, "FIELD_MASK_INVALID");
  }
  v1::UpdateRulesetRequest request;
  request.mutable_update_mask()->add_paths("ruleset_id");
  EXPECT_EQ(reconcile::DetailOf(FromProto(request).status()).reason, "FIELD_MASK_INVALID");
}

TEST(Convert, AStepPolicyThatDoesNotExistIsRefused) {
  v1::UpdatePtpRequest request;
  request.mutable_config()->set_step_policy(static_cast<v1::StepPolicy>(17));
  EXPECT_EQ(reconcile::DetailOf(FromProto(request).status()).reason, "STEP_POLICY_INVALID");
  request.mutable_config()->set_step_policy(v1::STEP_POLICY_NEVER);
  EXPECT_EQ(FromProto(request)->step_policy, store::StepPolicy::kNever);
}

TEST(Convert, AnInterfaceWithoutItsDeviceIsNotPresent) {
  reconcile::InterfaceView view{{"vmk3", "02:00:00:00:00:03", "eth3", ""}, std::nullopt};
  EXPECT_FALSE(ToProto(view).present());
  EXPECT_EQ(ToProto(view).device(), "");
  EXPECT_EQ(ToProto(view).permanent_mac_address(), "02:00:00:00:00:03");
}

}  // namespace
}  // namespace hostctl::rpc
