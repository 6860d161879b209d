#include "service/rpc/interface_convert.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

using ::testing::ElementsAre;
using To = reconcile::InterfaceAddition::To;

TEST(InterfaceConvert, AnInterfaceWithoutItsDeviceIsNotPresent) {
  reconcile::InterfaceView view;
  view.binding = {"vmk3", "02:00:00:00:00:03", "eth3", ""};
  EXPECT_FALSE(ToProto(view).present());
  EXPECT_EQ(ToProto(view).device(), "");
  EXPECT_EQ(ToProto(view).permanent_mac_address(), "02:00:00:00:00:03");
  EXPECT_FALSE(ToProto(view).has_timestamping());
}

TEST(InterfaceConvert, EachAttachmentIsOneOfThreeThings) {
  v1::AddInterfaceRequest request;
  request.set_name("vmk3");
  EXPECT_EQ(reconcile::DetailOf(FromProto(request).status()).reason, "INTERFACE_TARGET_REQUIRED");
  request.set_device("eth2");
  EXPECT_EQ(FromProto(request)->to, To::kDevice);
  request.set_bridge("br0");
  EXPECT_EQ(FromProto(request)->to, To::kBridge);
  request.set_parent_device("eth3");
  EXPECT_EQ(FromProto(request)->to, To::kMacvlan);
  EXPECT_EQ(FromProto(request)->target, "eth3");
  EXPECT_EQ(FromProto(request)->mtu, std::nullopt);
  request.set_mtu(0);
  EXPECT_EQ(FromProto(request)->mtu, 0) << "given, and refused later";
}

TEST(InterfaceConvert, OnlyTheFieldsOfTheMaskAreSet) {
  v1::UpdateInterfaceRequest request;
  request.mutable_config()->set_mtu(9000);
  request.mutable_config()->add_services("ptp");
  request.mutable_update_mask()->add_paths("mtu");
  EXPECT_EQ(FromProto(request)->mtu, 9000);
  EXPECT_EQ(FromProto(request)->enabled, std::nullopt);
  EXPECT_EQ(FromProto(request)->services, std::nullopt);
  request.clear_update_mask();
  EXPECT_EQ(FromProto(request)->enabled, false) << "no mask: all of them";
  EXPECT_THAT(*FromProto(request)->services, ElementsAre("ptp"));
  request.mutable_update_mask()->add_paths("mac_address");
  EXPECT_EQ(reconcile::DetailOf(FromProto(request).status()).reason, "FIELD_MASK_INVALID");
}

}  // namespace
}  // namespace hostctl::rpc
