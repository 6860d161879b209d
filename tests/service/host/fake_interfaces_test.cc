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

}  // namespace
}  // namespace hostctl::host
