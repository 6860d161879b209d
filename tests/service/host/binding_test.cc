// Which device is called vmkN: situations a host can be in, each with what is
// remembered afterwards and what the kernel is told.
#include "service/host/binding.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/host/fake_interfaces.h"

namespace hostctl::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kMacA[] = "02:00:00:00:00:0a";
constexpr char kMacB[] = "02:00:00:00:00:0b";

// A device that is up and has an address; `names` are its alternative names.
Device Up(int index, const std::string& name, const std::string& mac,
          const std::string& kind = "physical", std::vector<std::string> names = {}) {
  Device device;
  device.index = index;
  device.name = name;
  device.mac = mac;
  device.permanent_mac = mac;
  device.kind = kind;
  device.up = true;
  device.running = true;
  device.ipv4 = {{absl::StrCat("192.0.2.", index), 24}};
  device.alternative_names = std::move(names);
  return device;
}

Device Loopback(std::vector<std::string> names = {}) {
  Device device = Up(1, "lo", "", "loopback", std::move(names));
  device.loopback = true;
  return device;
}

// `vmk0=eth0`, as one reads it in the expectations below.
std::vector<std::string> Bound(const BindingPlan& plan) {
  std::vector<std::string> text;
  text.reserve(plan.bindings.size());
  for (const Binding& b : plan.bindings) text.push_back(absl::StrCat(b.name, "=", b.device));
  return text;
}

// `+vmk0@2`: give vmk0 to the device with index 2; `-`: take it away.
std::vector<std::string> Told(const BindingPlan& plan) {
  std::vector<std::string> text;
  text.reserve(plan.changes.size());
  for (const NameChange& c : plan.changes) {
    text.push_back(absl::StrCat(c.add ? "+" : "-", c.name, "@", c.index));
  }
  return text;
}

TEST(BindingTest, AnUnnamedHostAdoptsTheDeviceOfTheDefaultRouteThenTheOthersByIndex) {
  const Snapshot snapshot = {
      {Loopback(), Up(2, "eth0", kMacA), Up(3, "eth1", kMacB), Up(4, "eth2", "02:00:00:00:00:0c")},
      3};
  const BindingPlan plan = PlanBindings(snapshot, {});
  EXPECT_THAT(Bound(plan), ElementsAre("vmk0=eth1", "vmk1=eth0", "vmk2=eth2"));
  EXPECT_THAT(Told(plan), ElementsAre("+vmk0@3", "+vmk1@2", "+vmk2@4"));
  EXPECT_EQ(plan.bindings[0], (Binding{"vmk0", kMacB, "eth1", "physical"}));
}

TEST(BindingTest, TheSandboxAdoptsBothOfItsDevices) {
  EXPECT_THAT(Bound(PlanBindings(SandboxDevices(), {})), ElementsAre("vmk0=eth0", "vmk1=eth1"));
}

TEST(BindingTest, WithoutADefaultRouteTheFirstDeviceWithAnAddressIsAdopted) {
  Snapshot snapshot = {{Loopback(), Up(2, "eth0", kMacA), Up(3, "eth1", kMacB), Up(4, "eth2", "")},
                       {}};
  snapshot.devices[1].up = false;
  snapshot.devices[2].ipv4.clear();
  EXPECT_THAT(Bound(PlanBindings(snapshot, {})), ElementsAre("vmk0=eth2"));
}

TEST(BindingTest, TheDeviceOfTheDefaultRouteIsAdoptedAlsoWithoutAnAddress) {
  Snapshot snapshot = {{Up(2, "eth0", kMacA), Up(3, "ppp0", "", "ppp")}, 3};
  snapshot.devices[1].ipv4.clear();
  EXPECT_THAT(Bound(PlanBindings(snapshot, {})), ElementsAre("vmk0=ppp0", "vmk1=eth0"));
}

TEST(BindingTest, PortsOfABridgeAreNotAdopted) {
  Snapshot snapshot = {{Up(2, "eth0", kMacA), Up(3, "br0", kMacA, "bridge")}, {}};
  snapshot.devices[0].controller = "br0";
  EXPECT_THAT(Bound(PlanBindings(snapshot, {})), ElementsAre("vmk0=br0"));
}

TEST(BindingTest, AHostWithNothingButLoopbackAdoptsNothing) {
  const BindingPlan plan = PlanBindings({{Loopback()}, 1}, {});
  EXPECT_THAT(plan.bindings, IsEmpty());
  EXPECT_THAT(plan.changes, IsEmpty());
}

TEST(BindingTest, OnceThereIsABindingNoOtherDeviceIsAdopted) {
  const Snapshot named = {{Up(2, "eth0", kMacA, "physical", {"vmk0"}), Up(3, "eth1", kMacB)}, 3};
  EXPECT_THAT(Bound(PlanBindings(named, {})), ElementsAre("vmk0=eth0"));
  EXPECT_THAT(Told(PlanBindings(named, {})), IsEmpty());
  const Snapshot away = {{Up(3, "eth1", kMacB)}, 3};
  EXPECT_THAT(Told(PlanBindings(away, {{"vmk0", kMacA, "eth0", "physical"}})), IsEmpty());
}

// One host each: what is remembered, what is there, and what follows.
struct Situation {
  const char* title;
  std::vector<Binding> remembered;
  std::vector<Device> devices;
  std::vector<std::string> bound;
  std::vector<std::string> told;
};

TEST(BindingTest, RememberedNamesFindTheirDevices) {
  const Binding eth0 = {"vmk0", kMacA, "eth0", "physical"};
  const Binding eth1 = {"vmk1", kMacB, "eth1", "physical"};
  const Binding veth = {"vmk0", kMacA, "veth0", "veth"};
  const Binding bridge = {"vmk0", kMacA, "br0", "bridge"};
  const Binding vlan = {"vmk0", kMacA, "eth0.10", "vlan"};
  const std::vector<Situation> situations = {
      {"nothing changed", {eth0}, {Up(2, "eth0", kMacA, "physical", {"vmk0"})}, {"vmk0=eth0"}, {}},
      {"after a restart the kernel has forgotten",
       {eth0},
       {Up(2, "eth0", kMacA)},
       {"vmk0=eth0"},
       {"+vmk0@2"}},
      {"back under a new index", {eth0}, {Up(9, "eth0", kMacA)}, {"vmk0=eth0"}, {"+vmk0@9"}},
      {"back under a new name", {eth0}, {Up(2, "lan0", kMacA)}, {"vmk0=lan0"}, {"+vmk0@2"}},
      {"two devices swapped their names",
       {eth0, eth1},
       {Up(2, "eth0", kMacB), Up(3, "eth1", kMacA)},
       {"vmk0=eth1", "vmk1=eth0"},
       {"+vmk0@3", "+vmk1@2"}},
      {"away: the binding is kept", {eth0}, {Up(3, "eth1", kMacB)}, {"vmk0=eth0"}, {}},
      {"another card under the old name is another device",
       {eth0},
       {Up(2, "eth0", kMacB)},
       {"vmk0=eth0"},
       {}},
      {"one of two is away",
       {eth0, eth1},
       {Up(3, "eth1", kMacB)},
       {"vmk0=eth0", "vmk1=eth1"},
       {"+vmk1@3"}},

      {"a MAC on two cards: the name decides",
       {{"vmk0", kMacA, "eth1", "physical"}},
       {Up(2, "eth0", kMacA), Up(3, "eth1", kMacA)},
       {"vmk0=eth1"},
       {"+vmk0@3"}},
      {"a MAC on two cards, none of the name: neither",
       {eth0},
       {Up(2, "eth1", kMacA), Up(3, "eth2", kMacA)},
       {"vmk0=eth0"},
       {}},
      {"two bindings of one MAC, only one card back under a third name: neither",
       {eth0, {"vmk1", kMacA, "eth1", "physical"}},
       {Up(2, "eth2", kMacA)},
       {"vmk0=eth0", "vmk1=eth1"},
       {}},
      {"a bridge borrowed the renamed card's MAC",
       {eth0},
       {Up(2, "lan0", kMacA), Up(3, "br0", kMacA, "bridge")},
       {"vmk0=lan0"},
       {"+vmk0@2"}},
      {"a bridge that is not there yet is not its port",
       {bridge},
       {Up(2, "eth0", kMacA)},
       {"vmk0=br0"},
       {}},
      {"a VLAN that is not there yet is not its sibling",
       {vlan},
       {Up(2, "eth0", kMacA), Up(3, "eth0.20", kMacA, "vlan")},
       {"vmk0=eth0.10"},
       {}},
      {"the VLAN is there",
       {vlan},
       {Up(2, "eth0", kMacA), Up(3, "eth0.20", kMacA, "vlan"), Up(4, "eth0.10", kMacA, "vlan")},
       {"vmk0=eth0.10"},
       {"+vmk0@4"}},

      {"a software device with its MAC under a new name",
       {veth},
       {Up(7, "veth9", kMacA, "veth")},
       {"vmk0=veth9"},
       {"+vmk0@7"}},
      {"a software device made again with another MAC",
       {veth},
       {Up(7, "veth0", kMacB, "veth")},
       {"vmk0=veth0"},
       {"+vmk0@7"}},
      {"a software device of another kind is another device",
       {veth},
       {Up(7, "veth0", kMacB, "dummy")},
       {"vmk0=veth0"},
       {}},
      {"under the old name, but by its MAC another one that is remembered",
       {veth, {"vmk1", kMacB, "veth1", "veth"}},
       {Up(7, "veth0", kMacB, "veth")},
       {"vmk0=veth0", "vmk1=veth0"},
       {"+vmk1@7"}},

      {"a device without any MAC goes by its name",
       {{"vmk0", "", "tun0", "tun"}},
       {Up(4, "tun0", "", "tun"), Up(5, "tun1", "", "tun")},
       {"vmk0=tun0"},
       {"+vmk0@4"}},
      {"without a MAC and under another name it is away",
       {{"vmk0", "", "tun0", "tun"}},
       {Up(5, "tun1", "", "tun")},
       {"vmk0=tun0"},
       {}},
      {"a binding that knows no kind goes by its MAC",
       {{"vmk0", kMacA, "eth0", ""}},
       {Up(2, "lan0", kMacA)},
       {"vmk0=lan0"},
       {"+vmk0@2"}},

      {"named by hand on another device: the binding moves",
       {eth0},
       {Up(2, "eth0", kMacA), Up(3, "eth1", kMacB, "physical", {"vmk0"})},
       {"vmk0=eth1"},
       {}},
      {"named by hand for the first time: learned",
       {},
       {Up(2, "eth0", kMacA), Up(3, "eth1", kMacB, "physical", {"vmk7"})},
       {"vmk7=eth1"},
       {}},
      {"a second name by hand: both stay",
       {eth0},
       {Up(2, "eth0", kMacA, "physical", {"vmk0", "vmk5"})},
       {"vmk0=eth0", "vmk5=eth0"},
       {}},
      {"taken away by hand: given again",
       {eth0, eth1},
       {Up(2, "eth0", kMacA), Up(3, "eth1", kMacB, "physical", {"vmk1"})},
       {"vmk0=eth0", "vmk1=eth1"},
       {"+vmk0@2"}},
      {"swapped by hand",
       {eth0, eth1},
       {Up(2, "eth0", kMacA, "physical", {"vmk1"}), Up(3, "eth1", kMacB, "physical", {"vmk0"})},
       {"vmk0=eth1", "vmk1=eth0"},
       {}},
      {"a device that is itself called vmk0",
       {},
       {Up(2, "vmk0", kMacA, "bridge")},
       {"vmk0=vmk0"},
       {}},
      {"a snapshot that shows a name twice",
       {},
       {Up(2, "eth0", kMacA, "physical", {"vmk0"}), Up(3, "eth1", kMacB, "physical", {"vmk0"})},
       {"vmk0=eth0"},
       {}},

      {"loopback gives a name back to its device",
       {eth0},
       {Loopback({"vmk0"}), Up(2, "eth0", kMacA)},
       {"vmk0=eth0"},
       {"-vmk0@1", "+vmk0@2"}},
      {"loopback is never found by its name",
       {{"vmk0", "", "lo", ""}},
       {Loopback()},
       {"vmk0=lo"},
       {}},
      {"other alternative names mean nothing",
       {eth0},
       {Up(2, "eth0", kMacA, "physical", {"enp1s0", "vmk", "vmk00", "vmk1x"})},
       {"vmk0=eth0"},
       {"+vmk0@2"}},
      {"ordered by number, not by letter",
       {{"vmk10", kMacA, "eth0", "physical"}, {"vmk2", kMacB, "eth1", "physical"}},
       {},
       {"vmk2=eth1", "vmk10=eth0"},
       {}},
      {"a remembered name that is none is dropped",
       {eth0, {"eth7", kMacB, "eth1", "physical"}},
       {Up(3, "eth1", kMacB)},
       {"vmk0=eth0"},
       {}},
  };
  for (const Situation& s : situations) {
    SCOPED_TRACE(s.title);
    const BindingPlan plan = PlanBindings({s.devices, {}}, s.remembered);
    EXPECT_EQ(Bound(plan), s.bound);
    EXPECT_EQ(Told(plan), s.told);
  }
}

TEST(BindingTest, TheMacAndNameOfAFoundDeviceAreLearned) {
  const Snapshot snapshot = {{Up(7, "veth0", kMacB, "veth")}, {}};
  const BindingPlan plan = PlanBindings(snapshot, {{"vmk0", kMacA, "veth0", "veth"}});
  EXPECT_THAT(plan.bindings, ElementsAre(Binding{"vmk0", kMacB, "veth0", "veth"}));
}

TEST(BindingTest, WithItsChangesMadeAPlanIsAtRest) {
  FakeInterfaces host;
  std::vector<Binding> remembered;
  for (int round = 0; round < 2; ++round) {
    const BindingPlan plan = PlanBindings(host.devices(), remembered);
    for (const NameChange& change : plan.changes) {
      ASSERT_TRUE(host.AddAlternativeName(change.index, change.name).ok());
    }
    remembered = plan.bindings;
    const BindingPlan again = PlanBindings(host.devices(), remembered);
    EXPECT_THAT(again.changes, IsEmpty());
    EXPECT_EQ(again.bindings, remembered);
    // In the second round eth0 has gone and come back as another device.
    host.Edit([](Snapshot& now) {
      now.devices[1].index = 40;
      now.devices[1].alternative_names.clear();
      std::swap(now.devices[1], now.devices[2]);
    });
  }
  EXPECT_EQ(host.names_added(), 3);
}

TEST(BindingTest, AdoptionPassesOverNamesThatAreTaken) {
  Device lo = Loopback();
  lo.name = "vmk0";  // not sensible, but possible; and it cannot be taken away
  const BindingPlan plan = PlanBindings({{lo, Up(2, "eth0", kMacA)}, {}}, {});
  EXPECT_THAT(Told(plan), ElementsAre("+vmk1@2"));
}

TEST(BindingTest, VmkernelNamesAreVmkAndANumber) {
  for (const char* name : {"vmk0", "vmk9", "vmk10", "vmk4294967295"}) {
    EXPECT_TRUE(IsVmkernelName(name)) << name;
  }
  for (const char* name : {"", "vmk", "vmk-1", "vmk+1", "vmk 1", "vmk01", "vmk1 ", "VMK0", "vm0",
                           "eth0", "xvmk0", "vmk4294967296", "vmk0x10"}) {
    EXPECT_FALSE(IsVmkernelName(name)) << name;
  }
}

}  // namespace
}  // namespace hostctl::host
