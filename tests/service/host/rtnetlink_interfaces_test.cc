// Against the real kernel, in a network namespace of this test's own.
#include "service/host/rtnetlink_interfaces.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/host/binding.h"

namespace hostctl::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Devices are veth pairs and bridges: kernels without the dummy driver have those.

// Moves this process into a new network namespace for the time of a test. It has
// no name, so it is gone with the test however that ends.
class RtnetlinkInterfacesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to make a network namespace";
    home_ = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(home_, 0);
    if (unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "network namespaces are not available here";
    absl::StatusOr<std::unique_ptr<Interfaces>> made = NewRtnetlinkInterfaces();
    ASSERT_TRUE(made.ok()) << made.status();
    interfaces_ = *std::move(made);
  }

  void TearDown() override {
    interfaces_.reset();
    if (home_ < 0) return;
    EXPECT_EQ(setns(home_, CLONE_NEWNET), 0);
    close(home_);
  }

  // Runs a command in the namespace; returns what it printed.
  static std::string Run(const std::string& command) {
    std::string output;
    FILE* pipe = popen((command + " 2>&1").c_str(), "re");
    if (pipe == nullptr) return "popen failed";
    std::array<char, 512> buffer{};
    size_t count = 0;
    while ((count = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
      output.append(buffer.data(), count);
    }
    const int status = pclose(pipe);
    EXPECT_EQ(status, 0) << command << "\n" << output;
    return output;
  }

  Snapshot Read() {
    absl::StatusOr<Snapshot> snapshot = interfaces_->Read();
    EXPECT_TRUE(snapshot.ok()) << snapshot.status();
    return snapshot.value_or(Snapshot{});
  }

  Device DeviceOf(const std::string& name) {
    const Snapshot snapshot = Read();
    const Device* device = snapshot.Find(name);
    EXPECT_NE(device, nullptr) << name;
    return device == nullptr ? Device{} : *device;
  }

  bool BecomesReadable() const {
    pollfd watched = {interfaces_->change_fd(), POLLIN, 0};
    return poll(&watched, 1, 5000) == 1;
  }
  bool IsReadable() const {
    pollfd watched = {interfaces_->change_fd(), POLLIN, 0};
    return poll(&watched, 1, 0) == 1;
  }

  // The kernel settles a link's state a moment after it changed, and tells.
  bool BecomesRunning(const std::string& name, bool running) {
    while (DeviceOf(name).running != running) {
      if (!BecomesReadable()) return false;
      interfaces_->DrainChanges();
    }
    return true;
  }

  // As the reconciler does it.
  std::vector<Binding> Bind(const std::vector<Binding>& remembered) {
    const BindingPlan plan = PlanBindings(Read(), remembered);
    for (const NameChange& change : plan.changes) {
      const absl::Status changed =
          change.add ? interfaces_->AddAlternativeName(change.index, change.name)
                     : interfaces_->RemoveAlternativeName(change.index, change.name);
      EXPECT_TRUE(changed.ok()) << changed;
    }
    return plan.bindings;
  }

  int home_ = -1;
  std::unique_ptr<Interfaces> interfaces_;
};

TEST_F(RtnetlinkInterfacesTest, ADeviceIsReadAsIpShowsIt) {
  Run("ip link add eth0 address 02:00:00:00:00:01 mtu 1400 type veth peer name peer0");
  Run("ip address add 192.0.2.10/24 dev eth0 && ip address add 192.0.2.11/24 dev eth0");
  Run("ip link set eth0 up");
  Device device = DeviceOf("eth0");
  EXPECT_GT(device.index, 0);
  EXPECT_EQ(device.mac, "02:00:00:00:00:01");
  EXPECT_EQ(device.permanent_mac, "02:00:00:00:00:01");
  EXPECT_EQ(device.kind, "veth");
  EXPECT_EQ(device.mtu, 1400u);
  EXPECT_TRUE(device.up);
  ASSERT_EQ(device.ipv4.size(), 2u);
  EXPECT_EQ(device.ipv4[0].address, "192.0.2.10");
  EXPECT_EQ(device.ipv4[0].prefix_length, 24);
  EXPECT_EQ(device.ipv4[1].address, "192.0.2.11");

  EXPECT_TRUE(BecomesRunning("eth0", false)) << "the other end is down";
  Run("ip link set peer0 up");
  EXPECT_TRUE(BecomesRunning("eth0", true));
  EXPECT_TRUE(DeviceOf("lo").loopback);
  EXPECT_EQ(DeviceOf("lo").mac, "");
}

TEST_F(RtnetlinkInterfacesTest, APortNamesItsBridge) {
  Run("ip link add br0 type bridge && ip link add eth0 type veth && ip link set eth0 master br0");
  EXPECT_EQ(DeviceOf("eth0").controller, "br0");
  EXPECT_EQ(DeviceOf("br0").kind, "bridge");
  EXPECT_EQ(DeviceOf("br0").controller, "");
}

TEST_F(RtnetlinkInterfacesTest, TheDefaultRouteWithTheLowestMetricIsFound) {
  Run("ip link add eth0 type bridge && ip link add eth1 type bridge");
  Run("ip address add 192.0.2.10/24 dev eth0 && ip address add 198.51.100.10/24 dev eth1");
  Run("ip link set eth0 up && ip link set eth1 up");
  EXPECT_EQ(Read().default_route_index, std::nullopt);
  Run("ip route add default via 192.0.2.1 metric 200");
  EXPECT_EQ(Read().default_route_index, DeviceOf("eth0").index);
  Run("ip route add default via 198.51.100.1 metric 100");
  EXPECT_EQ(Read().default_route_index, DeviceOf("eth1").index);
  Run("ip route del default via 198.51.100.1 metric 100");
  Run("ip route add default dev eth1 table 77");
  EXPECT_EQ(Read().default_route_index, DeviceOf("eth0").index) << "other tables do not count";
  Run("ip route del default");
  Run("ip route add default nexthop via 198.51.100.1 nexthop via 192.0.2.1");
  EXPECT_EQ(Read().default_route_index, DeviceOf("eth1").index) << "the first of several hops";
}

TEST_F(RtnetlinkInterfacesTest, AnAlternativeNameWorksForOtherProgramsToo) {
  Run("ip link add eth0 type bridge");
  const int index = DeviceOf("eth0").index;
  ASSERT_TRUE(interfaces_->AddAlternativeName(index, "vmk0").ok());
  EXPECT_THAT(DeviceOf("vmk0").alternative_names, ElementsAre("vmk0"));
  EXPECT_THAT(Run("ip link show vmk0"), HasSubstr("eth0"));

  ASSERT_TRUE(interfaces_->RemoveAlternativeName(index, "vmk0").ok());
  EXPECT_EQ(Read().Find("vmk0"), nullptr);
  EXPECT_THAT(Run("ip link show eth0"), Not(HasSubstr("vmk0")));
}

TEST_F(RtnetlinkInterfacesTest, WhatTheKernelRefusesIsNamed) {
  Run("ip link add eth0 type bridge && ip link add eth1 type bridge");
  const int first = DeviceOf("eth0").index;
  const int second = DeviceOf("eth1").index;
  ASSERT_TRUE(interfaces_->AddAlternativeName(first, "vmk0").ok());
  const absl::Status twice = interfaces_->AddAlternativeName(second, "vmk0");
  EXPECT_EQ(twice.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(twice.message()),
              HasSubstr(absl::StrCat("give network device ", second, " the name `vmk0`")));
  EXPECT_FALSE(interfaces_->AddAlternativeName(12345, "vmk1").ok());
  EXPECT_FALSE(interfaces_->RemoveAlternativeName(first, "vmk1").ok());
  EXPECT_EQ(interfaces_->AddAlternativeName(first, "").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(interfaces_->AddAlternativeName(first, std::string(128, 'x')).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(RtnetlinkInterfacesTest, WithoutTheRightToNameReadingStillWorks) {
  Run("ip link add eth0 type bridge");
  const int index = DeviceOf("eth0").index;
  // In a child, for a process cannot get its rights back.
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (setuid(65534) != 0) _exit(1);
    if (!interfaces_->Read().ok()) _exit(2);
    _exit(absl::IsPermissionDenied(interfaces_->AddAlternativeName(index, "vmk0")) ? 0 : 3);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "1: setuid, 2: Read, 3: not PERMISSION_DENIED (times 256)";
}

TEST_F(RtnetlinkInterfacesTest, ADeviceMadeAgainGetsItsNameAgain) {
  const std::string make = "ip link add eth0 address 02:00:00:00:00:01 type veth peer name peer0";
  Run(make + " && ip link set eth0 up && ip address add 192.0.2.10/24 dev eth0");
  std::vector<Binding> remembered = Bind({});
  ASSERT_EQ(remembered.size(), 1u);
  EXPECT_EQ(remembered[0], (Binding{"vmk0", "02:00:00:00:00:01", "eth0", "veth"}));
  const int before = DeviceOf("vmk0").index;

  Run("ip link del eth0");
  EXPECT_EQ(Bind(remembered), remembered) << "away: nothing is forgotten";
  Run(make);
  remembered = Bind(remembered);
  EXPECT_NE(DeviceOf("vmk0").index, before);
  EXPECT_EQ(DeviceOf("vmk0").name, "eth0");

  Run("ip link del eth0");
  Run("ip link add lan0 address 02:00:00:00:00:01 type veth peer name peer0");
  remembered = Bind(remembered);
  EXPECT_EQ(DeviceOf("vmk0").name, "lan0") << "under a new name, too";
  EXPECT_EQ(remembered[0].device, "lan0");
  EXPECT_THAT(PlanBindings(Read(), remembered).changes, IsEmpty());
}

TEST_F(RtnetlinkInterfacesTest, EveryKindOfChangeCanBeWaitedFor) {
  const std::vector<std::string> changes = {
      "ip link add eth0 type bridge",
      "ip link set eth0 up",
      "ip address add 192.0.2.10/24 dev eth0",
      "ip route add default via 192.0.2.1",
      "ip link property add dev eth0 altname vmk0",
      "ip link property del dev eth0 altname vmk0",
      "ip link del eth0",
  };
  EXPECT_FALSE(IsReadable());
  for (const std::string& change : changes) {
    Run(change);
    EXPECT_TRUE(BecomesReadable()) << change;
    interfaces_->DrainChanges();
  }
}

TEST_F(RtnetlinkInterfacesTest, MoreChangesThanTheSocketHoldsAreSurvived) {
  Run("ip link set lo up");
  const int index = DeviceOf("lo").index;
  // Nobody reads change_fd() meanwhile: the kernel reports ENOBUFS.
  for (int i = 0; i < 2000; ++i) {
    ASSERT_TRUE(interfaces_->AddAlternativeName(index, "name").ok());
    ASSERT_TRUE(interfaces_->RemoveAlternativeName(index, "name").ok());
  }
  EXPECT_TRUE(BecomesReadable());
  interfaces_->DrainChanges();
  EXPECT_FALSE(IsReadable());
  Run("ip link add eth0 type bridge");
  EXPECT_TRUE(BecomesReadable()) << "and later changes are told";
}

TEST_F(RtnetlinkInterfacesTest, HundredsOfDevicesAreReadWhole) {
  std::string batch;
  for (int i = 0; i < 300; ++i) {
    absl::StrAppend(&batch, "link add d", i, " type bridge\nlink property add dev d", i,
                    " altname a-rather-long-alternative-name-", i, "\n");
  }
  Run("printf '" + batch + "' | ip -batch -");
  const Snapshot snapshot = Read();
  EXPECT_EQ(snapshot.devices.size(), 301u);
  ASSERT_NE(snapshot.Find("a-rather-long-alternative-name-299"), nullptr);
  EXPECT_EQ(snapshot.Find("a-rather-long-alternative-name-299")->name, "d299");
}

TEST_F(RtnetlinkInterfacesTest, APortOfABridgeIsMadeUpAndUnmade) {
  Run("ip link add br0 address 02:00:00:00:00:f0 type bridge && ip link set br0 up");
  const DeviceSpec spec{DeviceSpec::Kind::kBridgePort, "vmk3", "br0", "02:00:00:00:00:33"};
  const absl::Status made = interfaces_->Create(spec);
  ASSERT_TRUE(made.ok()) << made;
  const Device device = DeviceOf("vmk3");
  EXPECT_EQ(device.mac, "02:00:00:00:00:33");
  EXPECT_EQ(device.kind, KernelKind(spec.kind));
  EXPECT_EQ(device.peer, "vmk3-p");
  EXPECT_TRUE(device.up);
  EXPECT_EQ(DeviceOf("vmk3-p").controller, "br0");
  EXPECT_TRUE(DeviceOf("vmk3-p").up);
  EXPECT_TRUE(BecomesRunning("vmk3", true));
  EXPECT_EQ(DeviceOf("br0").mac, "02:00:00:00:00:f0") << "a port must not change it";

  EXPECT_TRUE(absl::IsAlreadyExists(interfaces_->Create(spec)));
  ASSERT_TRUE(interfaces_->Delete(device.index).ok());
  EXPECT_EQ(Read().Find("vmk3"), nullptr);
  EXPECT_EQ(Read().Find("vmk3-p"), nullptr);
}

TEST_F(RtnetlinkInterfacesTest, APortThatLostItsBridgeIsPutIntoTheNextOne) {
  Run("ip link add br0 type bridge");
  ASSERT_TRUE(
      interfaces_->Create({DeviceSpec::Kind::kBridgePort, "vmk3", "br0", "02:00:00:00:00:33"})
          .ok());
  Run("ip link del br0 && ip link add br0 type bridge");
  EXPECT_EQ(DeviceOf("vmk3-p").controller, "");
  ASSERT_TRUE(interfaces_->SetController(DeviceOf("vmk3-p").index, DeviceOf("br0").index).ok());
  EXPECT_EQ(DeviceOf("vmk3-p").controller, "br0");
}

TEST_F(RtnetlinkInterfacesTest, AMacvlanIsMadeOnADeviceUnderAnyOfItsNames) {
  Run("ip link add eth2 type veth peer name peer2 && ip link set eth2 up");
  ASSERT_TRUE(interfaces_->AddAlternativeName(DeviceOf("eth2").index, "vmk1").ok());
  const absl::Status made =
      interfaces_->Create({DeviceSpec::Kind::kMacvlan, "vmk4", "vmk1", "02:00:00:00:00:44"});
  ASSERT_TRUE(made.ok()) << made;
  EXPECT_EQ(DeviceOf("vmk4").kind, "macvlan");
  EXPECT_EQ(DeviceOf("vmk4").parent, "eth2");
  EXPECT_EQ(DeviceOf("vmk4").mac, "02:00:00:00:00:44");
  EXPECT_THAT(Run("ip -d link show vmk4"), HasSubstr("macvlan mode bridge"));
}

TEST_F(RtnetlinkInterfacesTest, WhatCannotBeMadeLeavesNothingBehind) {
  Run("ip link add eth2 type veth peer name peer2");
  EXPECT_TRUE(absl::IsNotFound(
      interfaces_->Create({DeviceSpec::Kind::kMacvlan, "vmk3", "br0", "02:00:00:00:00:33"})));
  // No bridge: the pair must not stay without one.
  EXPECT_FALSE(
      interfaces_->Create({DeviceSpec::Kind::kBridgePort, "vmk3", "eth2", "02:00:00:00:00:33"})
          .ok());
  // Of the two names one is taken.
  Run("ip link add br0 type bridge && ip link add vmk3-p type bridge");
  EXPECT_TRUE(absl::IsAlreadyExists(
      interfaces_->Create({DeviceSpec::Kind::kBridgePort, "vmk3", "br0", "02:00:00:00:00:33"})));
  EXPECT_EQ(Read().Find("vmk3"), nullptr);
}

TEST_F(RtnetlinkInterfacesTest, MtuAndStateAreSetOrRefusedInTheKernelsWords) {
  Run("ip link add eth0 type veth peer name peer0");
  const Device before = DeviceOf("eth0");
  EXPECT_EQ(before.min_mtu, 68u);
  EXPECT_EQ(before.max_mtu, 65535u);
  ASSERT_TRUE(interfaces_->SetMtu(before.index, 9000).ok());
  EXPECT_EQ(DeviceOf("eth0").mtu, 9000u);
  ASSERT_TRUE(interfaces_->SetUp(before.index, true).ok());
  EXPECT_TRUE(DeviceOf("eth0").up);
  ASSERT_TRUE(interfaces_->SetUp(before.index, false).ok());
  EXPECT_FALSE(DeviceOf("eth0").up);
  const absl::Status refused = interfaces_->SetMtu(before.index, 70000);
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("(mtu greater than device maximum)"));
}

TEST_F(RtnetlinkInterfacesTest, AJoinedGroupIsListed) {
  Run("ip link add eth0 type veth peer name peer0");
  Run("ip link set eth0 up && ip link set peer0 up");
  // What `ip maddress add` gives is a filter of the card; a socket's is another matter.
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ip_mreqn request{};
  inet_pton(AF_INET, "224.0.1.129", &request.imr_multiaddr);
  request.imr_ifindex = DeviceOf("eth0").index;
  ASSERT_EQ(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request), 0);
  const auto groups = interfaces_->ReadMulticastGroups();
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_THAT(*groups, Contains(MulticastGroup{request.imr_ifindex, "eth0", "224.0.1.129", 1}));
  EXPECT_THAT(*groups, Contains(MulticastGroup{request.imr_ifindex, "eth0", "224.0.0.1", 1}));
  close(fd);
  EXPECT_THAT(*interfaces_->ReadMulticastGroups(),
              Not(Contains(MulticastGroup{request.imr_ifindex, "eth0", "224.0.1.129", 1})));
}

TEST_F(RtnetlinkInterfacesTest, AVethIsStampedBySoftware) {
  Run("ip link add eth0 type veth peer name peer0");
  const auto can = interfaces_->ReadTimestamping("eth0");
  ASSERT_TRUE(can.ok()) << can.status();
  EXPECT_TRUE(can->software_transmit);
  EXPECT_TRUE(can->software_receive);
  EXPECT_FALSE(can->hardware_receive);
}

}  // namespace
}  // namespace hostctl::host
