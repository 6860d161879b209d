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
}

TEST(Convert, AStepPolicyThatDoesNotExistIsRefused) {
  v1::UpdatePtpRequest request;
  request.mutable_config()->set_step_policy(static_cast<v1::StepPolicy>(17));
  EXPECT_EQ(reconcile::DetailOf(FromProto(request).status()).reason, "STEP_POLICY_INVALID");
  request.mutable_config()->set_step_policy(v1::STEP_POLICY_NEVER);
  EXPECT_EQ(FromProto(request)->step_policy, store::StepPolicy::kNever);
}

TEST(Convert, EveryFieldOfTheConfigurationIsAPathOfTheMask) {
  const google::protobuf::Descriptor& config = *v1::PtpConfig::descriptor();
  for (int i = 0; i < config.field_count(); ++i) {
    v1::UpdatePtpRequest request;
    request.mutable_update_mask()->add_paths(config.field(i)->name());
    EXPECT_TRUE(FromProto(request).ok()) << config.field(i)->name();
  }
}

TEST(Convert, WhatIsReadBackSetsTheSame) {
  reconcile::PtpView view;
  view.settings.enabled = true;
  view.settings.servo = "pi";
  view.settings.delay_asymmetry_ns = -120;
  view.settings.ingress_latency_ns = 300;
  view.settings.egress_latency_ns = 40;
  view.settings.holdover_limit_s = 7200;
  view.settings.watch_interfaces = {"vmk1", "eth2"};
  view.settings.fallback = store::Fallback::kNtp;
  view.settings.fallback_after_s = 120;
  view.settings.fallback_return_after_s = 10;
  view.settings.disable_events = true;
  view.settings.protocol.profile = "default-e2e";
  view.settings.protocol.values.set_unicast_negotiation(true);
  view.settings.protocol.unicast_masters = {"192.0.2.1"};
  view.settings.protocol.acceptable_masters.emplace_back().set_identity("001b21fffe030405");
  view.settings.protocol.management_enabled = false;
  view.settings.protocol.management_allow_set = true;
  auto& authentication = view.settings.protocol.authentication;
  authentication.set_association_file("/etc/hostctl/ptp-keys");
  authentication.set_security_parameter_pointer(3);
  authentication.set_active_key_id(7);
  authentication.set_allow_unauthenticated(true);
  v1::UpdatePtpRequest request;
  *request.mutable_config() = ToProto(view).config();
  const auto update = FromProto(request);
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->servo, "pi");
  EXPECT_EQ(update->delay_asymmetry_ns, -120);
  EXPECT_EQ(update->ingress_latency_ns, 300);
  EXPECT_EQ(update->egress_latency_ns, 40);
  EXPECT_EQ(update->holdover_limit_s, 7200);
  EXPECT_EQ(update->watch_interfaces, (std::vector<std::string>{"vmk1", "eth2"}));
  EXPECT_EQ(update->fallback, store::Fallback::kNtp);
  EXPECT_EQ(update->fallback_after_s, 120);
  EXPECT_EQ(update->fallback_return_after_s, 10);
  EXPECT_EQ(update->disable_events, true);
  store::PtpSettings again;
  ASSERT_TRUE(reconcile::TakeProtocol(update->protocol, /*names_domain=*/true, again).ok());
  EXPECT_EQ(again.protocol, view.settings.protocol);
}

TEST(Convert, EveryValueOfTheProtocolIsAPathOfTheMask) {
  const google::protobuf::Descriptor& protocol = *v1::PtpProtocol::descriptor();
  for (int i = 0; i < protocol.field_count(); ++i) {
    const std::string& name = protocol.field(i)->name();
    v1::UpdatePtpRequest request;
    request.mutable_update_mask()->add_paths("protocol." + name);
    const auto update = FromProto(request);
    ASSERT_TRUE(update.ok()) << name;
    ASSERT_EQ(update->protocol.some_values.count(name), 1u);
    EXPECT_EQ(update->protocol.some_values.at(name), std::nullopt)
        << "it is not set: the profile's";
  }
}

TEST(Convert, AuthenticationIsUpdatedAsAWholeOrByPart) {
  v1::UpdatePtpRequest request;
  request.mutable_config()->mutable_authentication()->set_active_key_id(2);
  request.mutable_update_mask()->add_paths("authentication.active_key_id");
  EXPECT_EQ(FromProto(request)->protocol.authentication.active_key_id, 2U);
  EXPECT_EQ(FromProto(request)->protocol.authentication.association_file, std::nullopt);
  request.mutable_update_mask()->add_paths("authentication");
  EXPECT_EQ(FromProto(request)->protocol.authentication.association_file, "");
  EXPECT_EQ(FromProto(request)->protocol.authentication.security_parameter_pointer, 0U);
  EXPECT_EQ(FromProto(request)->protocol.authentication.allow_unauthenticated, false);
}

TEST(Convert, ManagementIsUpdatedAsAWholeOrByPart) {
  v1::UpdatePtpRequest request;
  request.mutable_config()->mutable_management()->set_allow_set(true);
  request.mutable_update_mask()->add_paths("management.allow_set");
  EXPECT_EQ(FromProto(request)->protocol.management_allow_set, true);
  EXPECT_EQ(FromProto(request)->protocol.management_enabled, std::nullopt);
  request.mutable_update_mask()->add_paths("management");
  EXPECT_EQ(FromProto(request)->protocol.management_enabled, true) << "the default";
}

TEST(Convert, TellsWhatProfileAndSingleValuesComeTo) {
  reconcile::PtpView view;
  view.settings.protocol.values.set_priority1(7);
  const v1::Ptp ptp = ToProto(view);
  EXPECT_EQ(ptp.config().profile(), "slaveonly");
  EXPECT_EQ(ptp.effective_protocol().priority1(), 7u);
  EXPECT_EQ(ptp.effective_protocol().priority2(), 128u);
}

TEST(Convert, AnUnsetServoOrHoldoverLimitMeansTheDefault) {
  const auto update = FromProto(v1::UpdatePtpRequest());
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->servo, "adaptive");
  EXPECT_EQ(update->holdover_limit_s, 3600);
  EXPECT_EQ(update->watch_interfaces, std::vector<std::string>());
  EXPECT_EQ(update->fallback, store::Fallback::kNone);
  EXPECT_EQ(update->fallback_after_s, 60);
  EXPECT_EQ(update->fallback_return_after_s, 30);
}

TEST(Convert, TheTimesOfTheFallbackAreWholeSeconds) {
  v1::UpdatePtpRequest request;
  request.mutable_update_mask()->add_paths("fallback_return_after");
  request.mutable_config()->mutable_fallback_return_after()->set_nanos(500'000'000);
  const auto detail = reconcile::DetailOf(FromProto(request).status());
  EXPECT_EQ(detail.reason, "FALLBACK_TIME_OUT_OF_RANGE");
  EXPECT_EQ(detail.field, "config.fallback_return_after");
}

TEST(Convert, AHoldoverLimitIsWholeSeconds) {
  v1::UpdatePtpRequest request;
  request.mutable_update_mask()->add_paths("holdover_limit");
  request.mutable_config()->mutable_holdover_limit()->set_seconds(-5);
  EXPECT_EQ(FromProto(request)->holdover_limit_s, -5) << "checked later";
  request.mutable_config()->mutable_holdover_limit()->set_nanos(1);
  EXPECT_EQ(reconcile::DetailOf(FromProto(request).status()).reason, "HOLDOVER_LIMIT_OUT_OF_RANGE");
  EXPECT_EQ(reconcile::DetailOf(FromProto(request).status()).field, "config.holdover_limit");
}

}  // namespace
}  // namespace hostctl::rpc
