#include "ptpcore/engine/network.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

using Change = Network::Change;
using ::testing::HasSubstr;

class NullTransport : public net::Transport {
 public:
  explicit NullTransport(int& refreshes) : refreshes_(refreshes) {}
  void AppendPollFds(std::vector<pollfd>&) const override {}
  absl::Status Dispatch(absl::Span<const pollfd>, Sink) override { return absl::OkStatus(); }
  absl::Status SendEvent(absl::Span<const uint8_t>, const wire::PortAddress*) override {
    return absl::OkStatus();
  }
  absl::Status SendGeneral(absl::Span<const uint8_t>, const wire::PortAddress*) override {
    return absl::OkStatus();
  }
  absl::Status RefreshMembership() override {
    ++refreshes_;
    return absl::OkStatus();
  }

 private:
  int& refreshes_;
};

class NetworkTest : public ::testing::Test {
 protected:
  NetworkTest() {
    device_.index = 2;
    device_.up = device_.running = true;
    device_.ipv4 = {192, 0, 2, 10};
  }

  NetworkAccess Access() {
    return {[this](const std::string& name) -> absl::StatusOr<net::Device> {
              if (!present_) return absl::NotFoundError("there is no network device " + name);
              return device_;
            },
            [this](const std::string&,
                   const net::Device&) -> absl::StatusOr<std::unique_ptr<net::Transport>> {
              ++opened_;
              if (!open_error_.ok()) return open_error_;
              return std::unique_ptr<net::Transport>(std::make_unique<NullTransport>(refreshes_));
            }};
  }
  // What becomes of the network within the next second.
  Change Later(int seconds = 1) {
    now_ += std::chrono::seconds(seconds);
    return network_.HandleTimers(now_);
  }

  bool present_ = true;
  net::Device device_;
  absl::Status open_error_;
  int opened_ = 0;
  int refreshes_ = 0;
  protocol::MonoTime now_{std::chrono::seconds(100)};
  Network network_{"eth0", Access()};
};

TEST_F(NetworkTest, OpensAtOnceAndStaysOpen) {
  EXPECT_EQ(network_.HandleTimers(now_), Change::kUp);
  EXPECT_NE(network_.transport(), nullptr);
  EXPECT_EQ(Later(), Change::kNone);
  EXPECT_EQ(opened_, 1);
}

TEST_F(NetworkTest, DownNoLinkNoAddressAndGoneAreReasons) {
  ASSERT_EQ(network_.HandleTimers(now_), Change::kUp);
  device_.running = false;
  EXPECT_EQ(Later(), Change::kDown);
  EXPECT_EQ(network_.reason(), "eth0 has no link");
  device_.up = false;
  EXPECT_EQ(Later(), Change::kDown) << "another reason is worth telling";
  EXPECT_THAT(network_.reason(), HasSubstr("ip link set eth0 up"));
  EXPECT_EQ(Later(), Change::kNone) << "the same reason is not";
  device_.up = device_.running = true;
  device_.ipv4 = {};
  EXPECT_EQ(Later(), Change::kDown);
  EXPECT_EQ(network_.reason(), "eth0 has no IPv4 address");
  present_ = false;
  EXPECT_EQ(Later(), Change::kDown);
  EXPECT_EQ(network_.reason(), "there is no network device eth0");
  present_ = true;
  device_.ipv4 = {192, 0, 2, 10};
  EXPECT_EQ(Later(), Change::kUp);
  EXPECT_EQ(network_.reason(), "");
}

TEST_F(NetworkTest, ATroubleOfTheDeviceIsToldFromOneOfTheTransport) {
  open_error_ = absl::UnavailableError("eth0: bind to UDP port 319: Address already in use");
  ASSERT_EQ(network_.HandleTimers(now_), Change::kDown);
  EXPECT_FALSE(network_.interface_down());
  device_.running = false;
  EXPECT_EQ(Later(), Change::kDown);
  EXPECT_TRUE(network_.interface_down());
  device_.running = true;
  open_error_ = absl::OkStatus();
  EXPECT_EQ(Later(), Change::kUp);
  EXPECT_FALSE(network_.interface_down());
  network_.Fail("recvmsg: Network is down");
  EXPECT_FALSE(network_.interface_down());
}

TEST_F(NetworkTest, WhichAddressIsNeededDependsOnTheProtocol) {
  NetworkAccess access = Access();
  absl::Status address = absl::UnavailableError("eth0 waits for its IPv6 address");
  access.check_address = [&address](const std::string&, const net::Device&) { return address; };
  device_.ipv4 = {};
  Network network("eth0", access);
  EXPECT_EQ(network.HandleTimers(now_), Change::kDown);
  EXPECT_EQ(network.reason(), "eth0 waits for its IPv6 address");
  EXPECT_TRUE(network.interface_down());
  address = absl::OkStatus();
  EXPECT_EQ(network.HandleTimers(now_ + std::chrono::seconds(1)), Change::kUp);
}

TEST_F(NetworkTest, ADeviceWithoutAMacAddressSpeaksNoEthernet) {
  const NetworkAccess access = SocketAccess(wire::NetworkProtocol::kIeee8023, {});
  const absl::Status status = access.check_address("lo", device_);
  EXPECT_THAT(std::string(status.message()), HasSubstr("lo is no Ethernet device"));
  device_.mac = {2, 0, 0, 0, 0, 1};
  EXPECT_TRUE(access.check_address("eth0", device_).ok());
}

TEST_F(NetworkTest, ADeviceUnderANewIndexIsAnotherDevice) {
  ASSERT_EQ(network_.HandleTimers(now_), Change::kUp);
  device_.index = 7;
  EXPECT_EQ(Later(), Change::kDown);
  EXPECT_EQ(Later(), Change::kUp);
  EXPECT_EQ(opened_, 2);
}

TEST_F(NetworkTest, TriesAgainEverySecondWhenOpeningFails) {
  open_error_ = absl::UnavailableError("eth0: bind to UDP port 319: Address already in use");
  EXPECT_EQ(network_.HandleTimers(now_), Change::kDown);
  EXPECT_THAT(network_.reason(), HasSubstr("319"));
  EXPECT_EQ(Later(), Change::kNone);
  open_error_ = absl::OkStatus();
  EXPECT_EQ(Later(), Change::kUp);
}

TEST_F(NetworkTest, AnnouncesItsMembershipAgainEveryMinute) {
  ASSERT_EQ(network_.HandleTimers(now_), Change::kUp);
  for (int i = 0; i < 59; ++i) Later();
  EXPECT_EQ(refreshes_, 0);
  Later();
  EXPECT_EQ(refreshes_, 1);
  for (int i = 0; i < 60; ++i) Later();
  EXPECT_EQ(refreshes_, 2);
}

TEST_F(NetworkTest, LooksOnlyWhenNothingWasHeardForTwoSeconds) {
  ASSERT_EQ(network_.HandleTimers(now_), Change::kUp);
  device_.up = false;
  for (int i = 0; i < 5; ++i) {
    network_.Heard(now_);
    EXPECT_EQ(Later(), Change::kNone);
  }
  EXPECT_EQ(Later(), Change::kDown);
}

TEST_F(NetworkTest, ComesBackAfterATransportThatFailed) {
  ASSERT_EQ(network_.HandleTimers(now_), Change::kUp);
  network_.Fail("recvmsg: Network is down");
  EXPECT_EQ(network_.transport(), nullptr);
  EXPECT_EQ(Later(), Change::kUp);
}

}  // namespace
}  // namespace ptpcore::engine
