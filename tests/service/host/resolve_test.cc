// What the user typed, as a device; or as an error that helps.
#include "service/host/resolve.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/host/fake_interfaces.h"

namespace hostctl::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Snapshot NamedSandbox() {
  Snapshot snapshot = SandboxDevices();
  snapshot.devices[1].alternative_names = {"enp1s0", "vmk0"};
  snapshot.devices[2].alternative_names = {"vmk1"};
  return snapshot;
}

std::string MessageFor(const Snapshot& snapshot, const std::string& name) {
  return std::string(ResolveInterface(snapshot, name).status().message());
}

std::vector<std::string> CodesOf(const std::vector<InterfaceNote>& notes) {
  std::vector<std::string> codes;
  codes.reserve(notes.size());
  for (const InterfaceNote& note : notes) codes.push_back(note.code);
  return codes;
}

TEST(ResolveTest, EveryNameOfADeviceFindsIt) {
  for (const char* name : {"vmk0", "eth0", "enp1s0"}) {
    const absl::StatusOr<ResolvedInterface> found = ResolveInterface(NamedSandbox(), name);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->device.index, 2);
    EXPECT_THAT(found->notes, IsEmpty());
  }
}

TEST(ResolveTest, AnUnknownNameIsAnsweredWithWhatThereIs) {
  const absl::StatusOr<ResolvedInterface> found = ResolveInterface(NamedSandbox(), "vmk7");
  EXPECT_EQ(found.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(found.status().message(),
            "there is no interface `vmk7`; this host has vmk0 (eth0), vmk1 (eth1)");
}

TEST(ResolveTest, TheListHasVmkernelInterfacesFirstInTheOrderOfTheirNumbers) {
  Snapshot snapshot = NamedSandbox();
  snapshot.devices[1].alternative_names = {"vmk10"};
  snapshot.devices[2].alternative_names = {"vmk2"};
  Device docker = snapshot.devices[1];
  docker.name = "docker0";
  docker.alternative_names.clear();
  snapshot.devices.insert(snapshot.devices.begin(), docker);
  EXPECT_THAT(MessageFor(snapshot, "x"), HasSubstr("has vmk2 (eth1), vmk10 (eth0), docker0"));
}

TEST(ResolveTest, TheListIsCutOnAHostWithHundredsOfDevices) {
  Snapshot snapshot = NamedSandbox();
  for (int i = 0; i < 300; ++i) {
    Device veth = snapshot.devices[1];
    veth.name = absl::StrCat("veth", i);
    veth.alternative_names.clear();
    snapshot.devices.push_back(veth);
  }
  EXPECT_THAT(MessageFor(snapshot, "x"), HasSubstr("veth9 and 290 more"));
}

TEST(ResolveTest, AHostWithoutDevicesSaysSo) {
  EXPECT_THAT(MessageFor({}, "vmk0"), HasSubstr("has none but the loopback device"));
}

TEST(ResolveTest, LoopbackIsRefused) {
  const absl::StatusOr<ResolvedInterface> found = ResolveInterface(NamedSandbox(), "lo");
  EXPECT_EQ(found.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(found.status().message()),
              HasSubstr("`lo` is the loopback device, which reaches no other host"));
}

TEST(ResolveTest, AnEmptyNameIsRefused) {
  EXPECT_EQ(ResolveInterface(NamedSandbox(), "").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(ResolveTest, WhatATerminalWouldObeyIsNotEchoed) {
  EXPECT_THAT(MessageFor(NamedSandbox(), "\x1b[2J"), HasSubstr("`\\x1b[2J`"));
  EXPECT_THAT(MessageFor(NamedSandbox(), std::string(100000, 'x')).size(), ::testing::Lt(400u));
}

TEST(ResolveTest, ADeviceThatIsDownIsAllowedAndSaid) {
  Snapshot snapshot = NamedSandbox();
  snapshot.devices[1].up = false;
  snapshot.devices[1].running = false;
  const absl::StatusOr<ResolvedInterface> found = ResolveInterface(snapshot, "vmk0");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(CodesOf(found->notes), ElementsAre("INTERFACE_DOWN"));
  EXPECT_EQ(found->notes[0].message, "network device `eth0` is down");
  EXPECT_EQ(found->notes[0].remedy, "ip link set eth0 up");
}

TEST(ResolveTest, ADeviceWithoutAnAddressOrALinkIsAllowedAndSaid) {
  Snapshot snapshot = NamedSandbox();
  snapshot.devices[1].running = false;
  snapshot.devices[1].ipv4.clear();
  const absl::StatusOr<ResolvedInterface> found = ResolveInterface(snapshot, "vmk0");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(CodesOf(found->notes), ElementsAre("INTERFACE_NO_LINK", "INTERFACE_NO_ADDRESS"));
  EXPECT_THAT(found->notes[1].remedy, HasSubstr("dev eth0"));
}

TEST(ResolveTest, TheVmkernelNameOfADeviceIsTheOneWithTheLowestNumber) {
  Device device;
  device.name = "eth0";
  EXPECT_EQ(VmkernelNameOf(device), "");
  device.alternative_names = {"vmk10", "enp1s0", "vmk9"};
  EXPECT_EQ(VmkernelNameOf(device), "vmk9");
  device.name = "vmk3";
  EXPECT_EQ(VmkernelNameOf(device), "vmk3");
}

}  // namespace
}  // namespace hostctl::host
