#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

TEST(NetworkIpInterface, ListShowsEachInterfaceUnderItsName) {
  FakeHostd hostd;
  v1::Interface* vmk0 = hostd.interfaces.add_interfaces();
  vmk0->set_name("vmk0");
  vmk0->set_device("eth0");
  vmk0->set_present(true);
  vmk0->set_enabled(true);
  vmk0->set_link_up(true);
  vmk0->set_mac_address("02:00:00:00:00:01");
  vmk0->set_mtu(1500);
  vmk0->set_kind("veth");
  vmk0->set_netstack_instance("defaultTcpipStack");
  v1::IpAddress* address = vmk0->add_ipv4_addresses();
  address->set_address("192.0.2.2");
  address->set_prefix_length(24);
  hostd.interfaces.add_interfaces()->set_name("vmk1");
  const CallResult result = hostd.Run("network ip interface list");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "vmk0\n"
            "   Name: vmk0\n"
            "   MAC Address: 02:00:00:00:00:01\n"
            "   Enabled: true\n"
            "   Portset:\n"
            "   Netstack Instance: defaultTcpipStack\n"
            "   MTU: 1500\n"
            "   Device: eth0\n"
            "   Present: true\n"
            "   Link Up: true\n"
            "   Kind: veth\n"
            "   IPv4 Addresses: 192.0.2.2/24\n"
            "\n"
            "vmk1\n"
            "   Name: vmk1\n"
            "   MAC Address:\n"
            "   Enabled: false\n"
            "   Portset:\n"
            "   Netstack Instance:\n"
            "   MTU: 0\n"
            "   Device:\n"
            "   Present: false\n"
            "   Link Up: false\n"
            "   Kind:\n"
            "   IPv4 Addresses:\n");
}

TEST(NetworkIpInterface, ListGivesProgramsAnEmptyArrayWhenThereIsNone) {
  FakeHostd hostd;
  EXPECT_EQ(hostd.Run("network ip interface list").out, "");
  EXPECT_EQ(hostd.Run("--formatter=json network ip interface list").out, "[]\n");
}

}  // namespace
}  // namespace hostctl::cli
