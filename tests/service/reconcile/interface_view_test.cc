// How an interface is shown.
#include "service/reconcile/interface_view.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/host/fake_interfaces.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class InterfaceViewTest : public ::testing::Test {
 protected:
  InterfaceViewTest() : snapshot_(host::LargerSandbox()) {
    snapshot_.devices[3].alternative_names = {"vmk3"};  // eth2
  }

  host::Device& Device() { return snapshot_.devices[3]; }
  InterfaceView View(const std::string& name = "vmk3") {
    return ViewInterface({name, "02:00:00:00:00:03", "eth2", "physical"}, state_, snapshot_,
                         "defaultTcpipStack");
  }

  host::Snapshot snapshot_;
  store::DesiredState state_;
};

TEST_F(InterfaceViewTest, AnOrdinaryDevice) {
  const InterfaceView view = View();
  EXPECT_EQ(view.device->name, "eth2");
  EXPECT_EQ(view.portset, "");
  EXPECT_EQ(view.portgroup, "");
  EXPECT_EQ(view.netstack, "defaultTcpipStack");
  EXPECT_THAT(view.used_by, IsEmpty());
  EXPECT_FALSE(view.created);
}

TEST_F(InterfaceViewTest, OneWhoseDeviceIsAway) {
  const InterfaceView view = View("vmk9");
  EXPECT_EQ(view.device, std::nullopt);
  EXPECT_EQ(view.binding.permanent_mac, "02:00:00:00:00:03");
}

TEST_F(InterfaceViewTest, ThePortsetIsTheSwitchItIsAPortOf) {
  Device().controller = "br0";
  EXPECT_EQ(View().portset, "br0") << "itself";
  Device().controller.clear();
  Device().peer = "eth1";
  snapshot_.devices[2].controller = "br0";
  EXPECT_EQ(View().portset, "br0") << "by the other end of its pair";
  Device().peer.clear();
  Device().kind = "macvlan";
  Device().parent = "eth0";
  EXPECT_EQ(View().portset, "eth0") << "a macvlan's device below switches for it";
  Device().kind = "vlan";
  EXPECT_EQ(View().portset, "");
}

TEST_F(InterfaceViewTest, ThePortgroupIsTheLabelElseTheVlan) {
  Device().vlan_id = 5;
  EXPECT_EQ(View().portgroup, "VLAN 5");
  Device().label = "Management Network";
  EXPECT_EQ(View().portgroup, "Management Network");
}

TEST_F(InterfaceViewTest, AVrfIsANetstackOfItsOwn) {
  Device().vrf = "blue";
  EXPECT_EQ(View().netstack, "blue");
}

TEST_F(InterfaceViewTest, ItsUsersAreNamed) {
  state_.ptp.enabled = true;
  state_.ptp.interface = "eth2";
  state_.interfaces["vmk7"].created =
      store::CreatedDevice{host::DeviceSpec::Kind::kMacvlan, "vmk3", "02:00:00:00:00:77"};
  state_.interfaces["vmk3"].services = {"ptp"};
  EXPECT_THAT(View().used_by, ElementsAre("ptpd", "vmk7"));
  EXPECT_THAT(View().services, ElementsAre("ptp"));
}

TEST_F(InterfaceViewTest, GroupsAreSortedByTheirInterfaces) {
  snapshot_.devices[1].alternative_names = {"vmk10"};  // eth0
  const std::vector<host::MulticastGroup> groups = {
      {2, "eth0", "224.0.1.129", 2}, {3, "eth1", "224.0.0.1", 1}, {4, "eth2", "224.0.0.1", 1}};
  const auto views = ViewGroups({"vmk3", "vmk10", "vmk99"}, snapshot_, groups);
  ASSERT_EQ(views.size(), 2u);
  EXPECT_EQ(views[0].interface, "vmk3");
  EXPECT_EQ(views[0].group.device, "eth2");
  EXPECT_EQ(views[1].interface, "vmk10");
  EXPECT_EQ(views[1].group.group, "224.0.1.129");
}

}  // namespace
}  // namespace hostctl::reconcile
