#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::IpAddress Address(const std::string& text, uint32_t prefix_length, v1::AddressOrigin origin,
                      const std::string& broadcast = "") {
  v1::IpAddress address;
  address.set_address(text);
  address.set_prefix_length(prefix_length);
  address.set_origin(origin);
  address.set_broadcast(broadcast);
  return address;
}

// vmk0 with everything there is to show, vmk1 without a device.
v1::ListInterfacesResponse TwoInterfaces() {
  v1::ListInterfacesResponse response;
  v1::Interface* vmk0 = response.add_interfaces();
  vmk0->set_name("vmk0");
  vmk0->set_device("eth0");
  vmk0->set_present(true);
  vmk0->set_enabled(true);
  vmk0->set_link_up(true);
  vmk0->set_mac_address("02:00:00:00:00:01");
  vmk0->set_mtu(1500);
  vmk0->set_kind("physical");
  vmk0->set_portset("br0");
  vmk0->set_portgroup("Management Network");
  vmk0->set_netstack_instance("defaultTcpipStack");
  vmk0->set_ipv4_gateway("192.0.2.1");
  vmk0->add_services("ptp");
  vmk0->add_used_by("ptpd");
  v1::TimestampingCapabilities& can = *vmk0->mutable_timestamping();
  can.set_hardware_transmit(true);
  can.set_hardware_receive(true);
  can.set_software_receive(true);
  can.set_phc_index(0);
  *vmk0->add_ipv4_addresses() = Address("192.0.2.2", 24, v1::ADDRESS_ORIGIN_DHCP, "192.0.2.255");
  *vmk0->add_ipv4_addresses() = Address("198.51.100.2", 31, v1::ADDRESS_ORIGIN_STATIC);
  *vmk0->add_ipv6_addresses() = Address("fe80::1", 64, v1::ADDRESS_ORIGIN_LINK_LOCAL);
  v1::Interface* vmk1 = response.add_interfaces();
  vmk1->set_name("vmk1");
  vmk1->set_netstack_instance("defaultTcpipStack");
  return response;
}

TEST(NetworkIpInterface, ListShowsEachInterfaceUnderItsName) {
  FakeHostd hostd;
  hostd.interfaces = TwoInterfaces();
  const CallResult result = hostd.Run("network ip interface list");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "vmk0\n"
            "   Name: vmk0\n"
            "   MAC Address: 02:00:00:00:00:01\n"
            "   Enabled: true\n"
            "   Portset: br0\n"
            "   Portgroup: Management Network\n"
            "   Netstack Instance: defaultTcpipStack\n"
            "   MTU: 1500\n"
            "   Device: eth0\n"
            "   Present: true\n"
            "   Link Up: true\n"
            "   Kind: physical\n"
            "   Timestamping: hardware, software (receive)\n"
            "   PTP Hardware Clock: /dev/ptp0\n"
            "   Services: ptp\n"
            "   Used By: ptpd\n"
            "   IPv4 Addresses: 192.0.2.2/24, 198.51.100.2/31\n"
            "   IPv6 Addresses: fe80::1/64\n"
            "\n"
            "vmk1\n"
            "   Name: vmk1\n"
            "   MAC Address:\n"
            "   Enabled: false\n"
            "   Portset:\n"
            "   Portgroup:\n"
            "   Netstack Instance: defaultTcpipStack\n"
            "   MTU: 0\n"
            "   Device:\n"
            "   Present: false\n"
            "   Link Up: false\n"
            "   Kind:\n"
            "   Timestamping:\n"
            "   PTP Hardware Clock:\n"
            "   Services:\n"
            "   Used By:\n"
            "   IPv4 Addresses:\n"
            "   IPv6 Addresses:\n");
}

TEST(NetworkIpInterface, ListGivesProgramsAnEmptyArrayWhenThereIsNone) {
  FakeHostd hostd;
  EXPECT_EQ(hostd.Run("network ip interface list").out, "");
  EXPECT_EQ(hostd.Run("--formatter=json network ip interface list").out, "[]\n");
}

TEST(NetworkIpInterface, ListAsksForOneInterfaceOrNetstack) {
  FakeHostd hostd;
  EXPECT_EQ(hostd.Run("network ip interface list -i vmk0 --netstack blue").exit_code, 0);
  EXPECT_EQ(hostd.list_interfaces->name(), "vmk0");
  EXPECT_EQ(hostd.list_interfaces->netstack_instance(), "blue");
}

TEST(NetworkIpInterface, Ipv4GetHasARowForEachAddress) {
  FakeHostd hostd;
  hostd.interfaces = TwoInterfaces();
  const CallResult result = hostd.Run("network ip interface ipv4 get -i vmk0");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(hostd.list_interfaces->name(), "vmk0");
  EXPECT_EQ(result.out,
            "Name  IPv4 Address  IPv4 Netmask     IPv4 Broadcast  Address Type  Gateway\n"
            "----  ------------  ---------------  --------------  ------------  -------\n"
            "vmk0  192.0.2.2     255.255.255.0    192.0.2.255     DHCP          192.0.2.1\n"
            "vmk0  198.51.100.2  255.255.255.254                  STATIC        192.0.2.1\n"
            "vmk1                                                 NONE\n");
}

TEST(NetworkIpInterface, AddNamesADevice) {
  FakeHostd hostd;
  const CallResult result = hostd.Run("network ip interface add -i vmk3 --device eth2 -m 9000");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(hostd.add_interface->name(), "vmk3");
  EXPECT_EQ(hostd.add_interface->device(), "eth2");
  EXPECT_EQ(hostd.add_interface->mtu(), 9000u);
  EXPECT_FALSE(hostd.add_interface->validate_only());
}

TEST(NetworkIpInterface, AddMakesAPortOrAMacvlan) {
  FakeHostd hostd;
  hostd.Run(
      "network ip interface add --interface-name=vmk3 --portgroup-name=br0 -M 02:00:00:00:00:33");
  EXPECT_EQ(hostd.add_interface->bridge(), "br0");
  EXPECT_EQ(hostd.add_interface->mac_address(), "02:00:00:00:00:33");
  EXPECT_FALSE(hostd.add_interface->has_mtu());
  hostd.Run("network ip interface add -i vmk3 --device eth2 --macvlan");
  EXPECT_EQ(hostd.add_interface->parent_device(), "eth2");
}

TEST(NetworkIpInterface, AddNeedsOneThingToStandOn) {
  FakeHostd hostd;
  EXPECT_EQ(hostd.Run("network ip interface add -i vmk3").exit_code, 2);
  EXPECT_EQ(hostd.Run("network ip interface add -i vmk3 -p br0 -d eth2").exit_code, 2);
  EXPECT_EQ(hostd.Run("network ip interface add -i vmk3 -p br0 --macvlan").exit_code, 2);
  EXPECT_EQ(hostd.Run("network ip interface add -i vmk3 -d eth2 -m 67").exit_code, 2);
  EXPECT_EQ(hostd.calls, 0);
}

TEST(NetworkIpInterface, ADryRunShowsWhatWouldChange) {
  FakeHostd hostd;
  v1::Change& change = *hostd.added_interface.add_changes();
  change.set_subject("interface.vmk3");
  change.set_after("port of br0");
  EXPECT_EQ(hostd.Run("network ip interface add -i vmk3 -p br0 --dry-run").out,
            "interface.vmk3: (none) -> port of br0\n");
  EXPECT_TRUE(hostd.add_interface->validate_only());
  *hostd.removed_interface.add_changes() = change;
  EXPECT_NE(hostd.Run("network ip interface remove -i vmk3 --dry-run").out, "");
  EXPECT_TRUE(hostd.remove_interface->validate_only());
}

TEST(NetworkIpInterface, SetSendsOnlyWhatWasGiven) {
  FakeHostd hostd;
  hostd.Run("network ip interface set -i vmk3 --mtu 9000");
  EXPECT_THAT(hostd.update_interface->update_mask().paths(), ElementsAre("mtu"));
  EXPECT_EQ(hostd.update_interface->config().mtu(), 9000u);
  hostd.Run("network ip interface set -i vmk3 --enabled=false --force --service ptp");
  EXPECT_THAT(hostd.update_interface->update_mask().paths(), ElementsAre("enabled", "services"));
  EXPECT_FALSE(hostd.update_interface->config().enabled());
  EXPECT_TRUE(hostd.update_interface->force());
  EXPECT_THAT(hostd.update_interface->config().services(), ElementsAre("ptp"));
  hostd.Run("network ip interface set -i vmk3 --service=");
  EXPECT_THAT(hostd.update_interface->update_mask().paths(), ElementsAre("services"));
  EXPECT_TRUE(hostd.update_interface->config().services().empty());
  EXPECT_EQ(hostd.Run("network ip interface set -i vmk3").exit_code, 2);
}

TEST(NetworkIpInterface, RemoveSaysWhoUsesIt) {
  FakeHostd hostd;
  hostd.status =
      grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "interface vmk0 is in use by ptpd");
  const CallResult result = hostd.Run("network ip interface remove -i vmk0");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(hostd.remove_interface->name(), "vmk0");
  EXPECT_THAT(result.err, HasSubstr("Error: interface vmk0 is in use by ptpd\n"));
}

}  // namespace
}  // namespace hostctl::cli
