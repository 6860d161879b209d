#include "ptpcore/net/device.h"

#include <poll.h>

#include <chrono>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/firewall/network_namespace.h"

namespace ptpcore::net {
namespace {

using hostctl::firewall::NetworkNamespace;
using hostctl::firewall::Shell;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DeviceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!NetworkNamespace::Available()) GTEST_SKIP() << "needs root and network namespaces";
    host_ = std::make_unique<NetworkNamespace>(NetworkNamespace::Create());
    Shell(*host_, "ip link add eth0 address 02:00:00:00:00:0b type veth peer name peer0");
  }
  absl::StatusOr<Device> Query(const std::string& name) const {
    absl::StatusOr<Device> device;
    host_->Run([&] { device = QueryDevice(name); });
    return device;
  }

  std::unique_ptr<NetworkNamespace> host_;
};

TEST_F(DeviceTest, IsKnownWithItsAddressesAndState) {
  Shell(*host_, "ip addr add 192.0.2.2/24 dev eth0; ip link set eth0 up; ip link set peer0 up");
  absl::StatusOr<Device> device = Query("eth0");
  ASSERT_TRUE(device.ok()) << device.status();
  // The kernel notices the carrier a moment later.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!device->running && std::chrono::steady_clock::now() < deadline) {
    poll(nullptr, 0, 5);
    device = Query("eth0");
    ASSERT_TRUE(device.ok()) << device.status();
  }
  EXPECT_GT(device->index, 0);
  EXPECT_TRUE(device->up);
  EXPECT_TRUE(device->running);
  EXPECT_THAT(device->mac, ElementsAre(2, 0, 0, 0, 0, 0x0B));
  EXPECT_TRUE(device->has_ipv4());
  EXPECT_THAT(device->ipv4, ElementsAre(192, 0, 2, 2));
}

TEST_F(DeviceTest, DownWithoutCarrierOrAddressIsAnAnswer) {
  absl::StatusOr<Device> device = Query("eth0");
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_FALSE(device->up);
  EXPECT_FALSE(device->running);
  EXPECT_FALSE(device->has_ipv4());
  Shell(*host_, "ip link set eth0 up");  // the peer stays down: no carrier
  device = Query("eth0");
  EXPECT_TRUE(device->up);
  EXPECT_FALSE(device->running);
}

TEST_F(DeviceTest, AnAlternativeNameIsAsGoodAsTheRealOne) {
  Shell(*host_, "ip link property add dev eth0 altname vmk0; ip addr add 192.0.2.2/24 dev eth0");
  const absl::StatusOr<Device> device = Query("vmk0");
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_EQ(device->index, Query("eth0")->index);
  EXPECT_THAT(device->mac, ElementsAre(2, 0, 0, 0, 0, 0x0B));
  EXPECT_THAT(device->ipv4, ElementsAre(192, 0, 2, 2));
}

TEST_F(DeviceTest, UnknownNamesAreNotFoundByName) {
  for (const std::string name : {"vmk7", "", "a-name-that-is-too-long"}) {
    const absl::Status status = Query(name).status();
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(name));
  }
}

}  // namespace
}  // namespace ptpcore::net
