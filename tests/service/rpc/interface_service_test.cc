// InterfaceService as a client sees it.
#include "gmock/gmock.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

using ::testing::HasSubstr;
using Stub = v1::InterfaceService::Stub;

class InterfaceServiceTest : public ServedHost {
 protected:
  InterfaceServiceTest() { host_.interfaces.Set(host::LargerSandbox()); }

  void ExpectError(const grpc::Status& status, grpc::StatusCode code, const std::string& reason,
                   const std::string& field) {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    const ErrorDetails details = DetailsOf(status);
    EXPECT_EQ(details.reason, reason);
    EXPECT_EQ(details.field, field);
    EXPECT_NE(details.remedy, "") << status.error_message();
  }

  grpc::Status Add(const v1::AddInterfaceRequest& request) {
    return Call(*interfaces_, &Stub::AddInterface, request, &added_);
  }

  v1::AddInterfaceResponse added_;
};

v1::AddInterfaceRequest PortOf(const std::string& bridge) {
  v1::AddInterfaceRequest request;
  request.set_name("vmk3");
  request.set_bridge(bridge);
  return request;
}

TEST_F(InterfaceServiceTest, EveryFieldOfAnInterfaceIsCarried) {
  host_.interfaces.Edit([](host::Snapshot& now) {
    host::Device& device = now.devices[1];
    device.ipv4[0].broadcast = "192.0.2.255";
    device.ipv4_gateway = "192.0.2.1";
    device.ipv6 = {{"fe80::1", 64, "", host::AddressOrigin::kLinkLocal}};
    device.label = "Management Network";
    device.controller = "br0";
    device.vlan_id = 5;
    device.parent = "eth2";
  });
  v1::ListInterfacesRequest request;
  request.set_name("eth0");
  v1::ListInterfacesResponse listed;
  ASSERT_TRUE(Call(*interfaces_, &Stub::ListInterfaces, request, &listed).ok());
  ASSERT_EQ(listed.interfaces_size(), 1);
  EXPECT_EQ(listed.interfaces(0).DebugString(), R"(name: "vmk0"
device: "eth0"
present: true
enabled: true
link_up: true
mac_address: "02:00:00:00:00:01"
permanent_mac_address: "02:00:00:00:00:01"
mtu: 1500
index: 2
kind: "physical"
ipv4_addresses {
  address: "192.0.2.10"
  prefix_length: 24
  broadcast: "192.0.2.255"
  origin: ADDRESS_ORIGIN_STATIC
}
portset: "br0"
netstack_instance: "defaultTcpipStack"
portgroup: "Management Network"
timestamping {
  hardware_transmit: true
  hardware_receive: true
  software_transmit: true
  software_receive: true
  phc_index: 2
}
ipv6_addresses {
  address: "fe80::1"
  prefix_length: 64
  origin: ADDRESS_ORIGIN_LINK_LOCAL
}
ipv4_gateway: "192.0.2.1"
parent_device: "eth2"
vlan_id: 5
)");
}

TEST_F(InterfaceServiceTest, ANetstackFiltersTheList) {
  v1::ListInterfacesRequest request;
  request.set_netstack_instance("blue");
  v1::ListInterfacesResponse listed;
  ASSERT_TRUE(Call(*interfaces_, &Stub::ListInterfaces, request, &listed).ok());
  EXPECT_EQ(listed.interfaces_size(), 0);
}

TEST_F(InterfaceServiceTest, AddSetListRemove) {
  ASSERT_TRUE(Add(PortOf("br0")).ok());
  EXPECT_EQ(added_.interface().portset(), "br0");
  EXPECT_TRUE(added_.interface().created());

  v1::UpdateInterfaceRequest update;
  update.set_name("vmk3");
  update.mutable_config()->set_mtu(1400);
  update.mutable_config()->add_services("ptp");
  update.mutable_update_mask()->add_paths("mtu");
  update.mutable_update_mask()->add_paths("services");
  v1::UpdateInterfaceResponse updated;
  ASSERT_TRUE(Call(*interfaces_, &Stub::UpdateInterface, update, &updated).ok());
  EXPECT_EQ(updated.interface().mtu(), 1400u);
  EXPECT_EQ(updated.interface().services(0), "ptp");
  EXPECT_TRUE(updated.interface().enabled()) << "not in the mask";
  ASSERT_EQ(updated.changes_size(), 2);
  EXPECT_EQ(updated.changes(0).subject(), "interface.vmk3.mtu");

  v1::RemoveInterfaceRequest remove;
  remove.set_name("vmk3");
  v1::RemoveInterfaceResponse removed;
  ASSERT_TRUE(Call(*interfaces_, &Stub::RemoveInterface, remove, &removed).ok());
  ASSERT_EQ(removed.changes_size(), 1);
  EXPECT_EQ(removed.changes(0).before(), "port of br0");
  v1::ListInterfacesResponse listed;
  ASSERT_TRUE(Call(*interfaces_, &Stub::ListInterfaces, v1::ListInterfacesRequest(), &listed).ok());
  EXPECT_EQ(listed.interfaces_size(), 2);
}

TEST_F(InterfaceServiceTest, GroupsAreListed) {
  v1::ListMulticastGroupsRequest request;
  request.set_interface("vmk1");
  v1::ListMulticastGroupsResponse listed;
  ASSERT_TRUE(Call(*interfaces_, &Stub::ListMulticastGroups, request, &listed).ok());
  ASSERT_EQ(listed.groups_size(), 2);
  EXPECT_EQ(listed.groups(0).DebugString(),
            "interface: \"vmk1\"\ndevice: \"eth1\"\ngroup: \"224.0.0.1\"\nusers: 1\n");
}

TEST_F(InterfaceServiceTest, EachErrorHasItsCodeReasonAndField) {
  using grpc::StatusCode;
  v1::AddInterfaceRequest nothing;
  nothing.set_name("vmk3");
  ExpectError(Add(nothing), StatusCode::INVALID_ARGUMENT, "INTERFACE_TARGET_REQUIRED", "device");
  ExpectError(Add(PortOf("eth2")), StatusCode::INVALID_ARGUMENT, "DEVICE_NOT_A_BRIDGE", "bridge");
  ExpectError(Add(PortOf("br9")), StatusCode::NOT_FOUND, "DEVICE_NOT_FOUND", "bridge");
  host_.interfaces.FailDeviceChanges(absl::PermissionDeniedError("Operation not permitted"));
  ExpectError(Add(PortOf("br0")), StatusCode::PERMISSION_DENIED, "INTERFACE_NOT_PERMITTED", "");
  host_.interfaces.FailDeviceChanges(absl::InvalidArgumentError("Invalid argument (not today)"));
  const grpc::Status refused = Add(PortOf("br0"));
  ExpectError(refused, StatusCode::INVALID_ARGUMENT, "INTERFACE_REFUSED", "");
  EXPECT_THAT(refused.error_message(), HasSubstr("(not today)"));

  v1::UpdateInterfaceRequest update;
  update.set_name("vmk7");
  v1::UpdateInterfaceResponse updated;
  ExpectError(Call(*interfaces_, &Stub::UpdateInterface, update, &updated), StatusCode::NOT_FOUND,
              "INTERFACE_NOT_FOUND", "name");
  v1::RemoveInterfaceRequest remove;
  remove.set_name("vmk7");
  v1::RemoveInterfaceResponse removed;
  ExpectError(Call(*interfaces_, &Stub::RemoveInterface, remove, &removed), StatusCode::NOT_FOUND,
              "INTERFACE_NOT_FOUND", "name");
  ASSERT_TRUE(Update(Enable("vmk1")).ok());
  remove.set_name("vmk1");
  ExpectError(Call(*interfaces_, &Stub::RemoveInterface, remove, &removed),
              StatusCode::FAILED_PRECONDITION, "INTERFACE_IN_USE", "name");
}

}  // namespace
}  // namespace hostctl::rpc
