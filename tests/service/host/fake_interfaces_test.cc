// The made-up devices behave as the kernel's do.
#include "service/host/fake_interfaces.h"

#include <poll.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::host {
namespace {

bool Readable(const Interfaces& interfaces) {
  pollfd watched = {interfaces.change_fd(), POLLIN, 0};
  return poll(&watched, 1, 0) == 1;
}

TEST(FakeInterfacesTest, ASandboxHasTwoDevicesAndNoNamesYet) {
  FakeInterfaces interfaces;
  const Snapshot snapshot = interfaces.Read().value();
  ASSERT_NE(snapshot.Find("eth0"), nullptr);
  EXPECT_EQ(snapshot.Find("eth0")->ipv4[0].address, "192.0.2.10");
  EXPECT_EQ(snapshot.Find("eth1")->ipv4[0].address, "198.51.100.10");
  EXPECT_EQ(snapshot.default_route_index, snapshot.Find("eth0")->index);
  EXPECT_EQ(snapshot.Find("vmk0"), nullptr);
  EXPECT_EQ(snapshot.Find(""), nullptr);
}

TEST(FakeInterfacesTest, AGivenNameIsFoundUntilItIsTaken) {
  FakeInterfaces interfaces;
  ASSERT_TRUE(interfaces.AddAlternativeName(2, "vmk0").ok());
  EXPECT_EQ(interfaces.Read()->Find("vmk0")->name, "eth0");
  ASSERT_TRUE(interfaces.RemoveAlternativeName(2, "vmk0").ok());
  EXPECT_EQ(interfaces.Read()->Find("vmk0"), nullptr);
  EXPECT_EQ(interfaces.names_added(), 1);
  EXPECT_EQ(interfaces.names_removed(), 1);
}

TEST(FakeInterfacesTest, NamesAreUnique) {
  FakeInterfaces interfaces;
  ASSERT_TRUE(interfaces.AddAlternativeName(2, "vmk0").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(interfaces.AddAlternativeName(3, "vmk0")));
  EXPECT_TRUE(absl::IsAlreadyExists(interfaces.AddAlternativeName(3, "eth0")));
  EXPECT_TRUE(absl::IsNotFound(interfaces.AddAlternativeName(99, "vmk1")));
  EXPECT_TRUE(absl::IsNotFound(interfaces.RemoveAlternativeName(3, "vmk0")));
  EXPECT_EQ(interfaces.names_added(), 1);
}

TEST(FakeInterfacesTest, EveryChangeCanBeWaitedFor) {
  FakeInterfaces interfaces;
  EXPECT_FALSE(Readable(interfaces));
  interfaces.Edit([](Snapshot& now) { now.devices.pop_back(); });
  EXPECT_TRUE(Readable(interfaces));
  interfaces.DrainChanges();
  EXPECT_FALSE(Readable(interfaces));
  ASSERT_TRUE(interfaces.AddAlternativeName(2, "vmk0").ok());
  EXPECT_TRUE(Readable(interfaces));
}

TEST(FakeInterfacesTest, CallsFailAsTold) {
  FakeInterfaces interfaces;
  interfaces.FailReads(absl::InternalError("netlink"));
  interfaces.FailNameChanges(absl::PermissionDeniedError("CAP_NET_ADMIN"));
  EXPECT_EQ(interfaces.Read().status(), absl::InternalError("netlink"));
  EXPECT_TRUE(absl::IsPermissionDenied(interfaces.AddAlternativeName(2, "vmk0")));
  interfaces.FailReads(absl::OkStatus());
  EXPECT_EQ(interfaces.Read()->Find("vmk0"), nullptr);
}

TEST(FakeInterfacesTest, APortIsMadeWithBothItsEnds) {
  FakeInterfaces interfaces(LargerSandbox());
  const DeviceSpec spec{DeviceSpec::Kind::kBridgePort, "vmk3", "br0", "02:00:00:00:00:33"};
  ASSERT_TRUE(interfaces.Create(spec).ok());
  const Snapshot snapshot = interfaces.Read().value();
  EXPECT_EQ(snapshot.Find("vmk3")->kind, "veth");
  EXPECT_EQ(snapshot.Find("vmk3")->mac, "02:00:00:00:00:33");
  EXPECT_EQ(snapshot.Find("vmk3")->peer, "vmk3-p");
  EXPECT_EQ(snapshot.Find("vmk3-p")->controller, "br0");
  EXPECT_TRUE(absl::IsAlreadyExists(interfaces.Create(spec)));
  ASSERT_TRUE(interfaces.Delete(snapshot.Find("vmk3")->index).ok());
  EXPECT_EQ(interfaces.Read()->Find("vmk3-p"), nullptr);
}

TEST(FakeInterfacesTest, AMacvlanGoesWithWhatItStandsOn) {
  FakeInterfaces interfaces(LargerSandbox());
  ASSERT_TRUE(
      interfaces.Create({DeviceSpec::Kind::kMacvlan, "vmk3", "br0", "02:00:00:00:00:33"}).ok());
  EXPECT_EQ(interfaces.Read()->Find("vmk3")->parent, "br0");
  ASSERT_TRUE(interfaces.Delete(interfaces.Read()->Find("br0")->index).ok());
  EXPECT_EQ(interfaces.Read()->Find("vmk3"), nullptr);
}

TEST(FakeInterfacesTest, WhatTheKernelWouldRefuseIsRefused) {
  FakeInterfaces interfaces(LargerSandbox());
  EXPECT_TRUE(absl::IsNotFound(interfaces.Create({DeviceSpec::Kind::kMacvlan, "vmk3", "br9", ""})));
  EXPECT_TRUE(absl::IsUnimplemented(
      interfaces.Create({DeviceSpec::Kind::kBridgePort, "vmk3", "eth2", ""})));
  EXPECT_TRUE(absl::IsUnimplemented(interfaces.Delete(2)));
  EXPECT_TRUE(absl::IsInvalidArgument(interfaces.SetMtu(2, 67)));
  EXPECT_TRUE(absl::IsNotFound(interfaces.SetUp(99, true)));
  interfaces.FailDeviceChanges(absl::PermissionDeniedError("CAP_NET_ADMIN"));
  EXPECT_TRUE(absl::IsPermissionDenied(interfaces.SetMtu(2, 1400)));
}

}  // namespace
}  // namespace hostctl::host
