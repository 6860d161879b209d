// What is read from /proc, /sys and files.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/diagnose/bridge_facts.h"
#include "service/diagnose/clock_programs.h"
#include "service/diagnose/kernel_clock.h"
#include "service/diagnose/network_probes.h"
#include "service/diagnose/sync_samples.h"

namespace hostctl::diagnose {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kAllRights[] = "Name:\tx\nCapEff:\t000001ffffffffff\n";
constexpr char kNoSysTime[] = "Name:\tx\nCapEff:\t000001fffdffffff\n";

ProcessText Process(const std::vector<std::string>& arguments,
                    const std::string& status = kAllRights, const std::string& config = "") {
  return {1, arguments, status, config};
}

TEST(SteersClock, IsWhoeverSetsTheTimeOfThisHost) {
  EXPECT_TRUE(SteersClock(Process({"/usr/sbin/chronyd", "-F", "1"})));
  EXPECT_TRUE(SteersClock(Process({"/usr/lib/systemd/systemd-timesyncd"})));
  EXPECT_TRUE(SteersClock(Process({"ntpd", "-g"})));
  EXPECT_TRUE(SteersClock(Process({"phc2sys", "-a"})));
  EXPECT_TRUE(SteersClock(Process({"ptp4l", "-f", "x"}, kAllRights, "[global]\n")));
}

TEST(SteersClock, IsNotWhoOnlyMeasuresOrMayNot) {
  EXPECT_FALSE(SteersClock(Process({"chronyd", "-x", "-d"})));
  EXPECT_FALSE(SteersClock(Process({"ptp4l"}, kAllRights, "[global]\nfree_running\t1\n")));
  EXPECT_FALSE(SteersClock(Process({"ptp4l", "--free_running=1"})));
  EXPECT_FALSE(SteersClock(Process({"chronyd"}, kNoSysTime)));
  EXPECT_FALSE(SteersClock(Process({"vi", "chronyd"})));
  EXPECT_FALSE(SteersClock(Process({})));
}

TEST(FindClockPrograms, ReadsProc) {
  std::string folder = "/tmp/clock-programs-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const auto add = [&](const std::string& pid, const std::string& network) {
    mkdir((folder + "/" + pid).c_str(), 0700);
    mkdir((folder + "/" + pid + "/ns").c_str(), 0700);
    std::ofstream(folder + "/" + pid + "/cmdline") << "chronyd" << '\0' << "-d" << '\0';
    std::ofstream(folder + "/" + pid + "/status") << kAllRights;
    ASSERT_EQ(symlink(network.c_str(), (folder + "/" + pid + "/ns/net").c_str()), 0);
  };
  add("100", "net:[1]");
  add("200", "net:[2]");
  mkdir((folder + "/self").c_str(), 0700);
  const auto pids = [&](const std::string& network, const std::vector<int>& ours) {
    std::vector<int> found;
    for (const ClockProgram& program : FindClockPrograms(folder, network, ours)) {
      EXPECT_EQ(program.name, "chronyd");
      EXPECT_EQ(program.command, "chronyd -d");
      found.push_back(program.pid);
    }
    return found;
  };
  EXPECT_THAT(pids("", {}), ::testing::UnorderedElementsAre(100, 200));
  EXPECT_THAT(pids("net:[2]", {}), ElementsAre(200));
  EXPECT_THAT(pids("", {100, 200}), IsEmpty());
  std::filesystem::remove_all(folder);
}

TEST(TaiOffsetFromList, IsWhatTheListSaysOfThatDay) {
  const std::string list =
      "#$\t3913697179\n#@\t3991593600\n#comment\n"
      "2272060800\t10\t# 1 Jan 1972\n3644697600\t36\t# 1 Jul 2015\n3692217600\t37\t# 1 Jan 2017\n";
  EXPECT_EQ(TaiOffsetFromList(list, 1500000000), 37);
  EXPECT_EQ(TaiOffsetFromList(list, 1450000000), 36);
  EXPECT_EQ(TaiOffsetFromList(list, 1900000000), std::nullopt);  // the list has run out
  EXPECT_EQ(TaiOffsetFromList("", 1500000000), std::nullopt);
}

TEST(ReversePathDrops, IsReadFromTheColumnOfThatName) {
  EXPECT_EQ(ReversePathDrops("TcpExt: A IPReversePathFilter B\nTcpExt: 1 42 3\nIpExt: X\n"), 42u);
  EXPECT_EQ(ReversePathDrops("TcpExt: A\nTcpExt: 1\n"), 0u);
  EXPECT_EQ(ReversePathDrops(""), 0u);
}

TEST(DescribeInterface, FollowsAPortOfABridgeToItsCard) {
  host::Snapshot snapshot;
  const auto add = [&](const std::string& name, const std::string& kind,
                       const std::string& controller, bool running = true) {
    host::Device device;
    device.index = static_cast<int>(snapshot.devices.size()) + 1;
    device.name = name;
    device.kind = kind;
    device.controller = controller;
    device.up = true;
    device.running = running;
    snapshot.devices.push_back(device);
  };
  add("vmk0", "veth", "");
  add("vmk0-p", "veth", "br0");
  add("br0", "bridge", "");
  add("enp1s0", "physical", "br0", /*running=*/false);
  snapshot.devices[0].peer = "vmk0-p";
  const std::map<std::string, std::string> files = {
      {"/sys/class/net/br0/bridge/multicast_snooping", "1"},
      {"/sys/class/net/br0/bridge/multicast_querier", "0"},
      {"/sys/class/net/vmk0-p/brport/multicast_flood", "0"}};
  InterfaceFacts facts;
  facts.device = snapshot.devices[0];
  DescribeInterface(
      snapshot,
      [&](const std::string& path) {
        const auto found = files.find(path);
        return found == files.end() ? "" : found->second;
      },
      facts);
  EXPECT_EQ(facts.path, "vmk0 (veth), on br0, card enp1s0");
  EXPECT_THAT(facts.cards_without_link, ElementsAre("enp1s0"));
  ASSERT_TRUE(facts.bridge.has_value());
  EXPECT_TRUE(facts.bridge->multicast_snooping);
  EXPECT_FALSE(facts.bridge->multicast_querier);
  ASSERT_EQ(facts.bridge->ports.size(), 2u);
  EXPECT_FALSE(facts.bridge->ports[0].multicast_flood);
  EXPECT_TRUE(facts.bridge->ports[0].carries_interface);
  EXPECT_TRUE(facts.bridge->ports[1].multicast_flood);
  EXPECT_THAT(facts.same_network, ::testing::IsSupersetOf({"br0", "enp1s0", "vmk0-p"}));
}

TEST(GreatestStep, IsOneThatTheNextSyncBearsOut) {
  Talker master;
  const auto step = [&](const std::vector<double>& offsets) {
    master.samples.clear();
    for (const double offset : offsets) master.samples.push_back({0, offset});
    return GreatestStep(master);
  };
  EXPECT_EQ(step({}), 0);
  EXPECT_EQ(step({1}), 0);
  EXPECT_NEAR(step({0, 0, 0.5, 0.5}), 0.5, 1e-9);
  EXPECT_NEAR(step({0, 0, 0.5, 0, 0}), 0, 1e-9);  // a late one
  EXPECT_NEAR(step({0.5, 0, 0, 0}), 0, 1e-9);     // likewise
  EXPECT_NEAR(step({0, 0, 0.5}), 0, 1e-9);        // who knows
}

}  // namespace
}  // namespace hostctl::diagnose
