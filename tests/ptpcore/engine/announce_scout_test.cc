#include "ptpcore/engine/announce_scout.h"

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

using protocol::Reason;
using wire::NetworkProtocol;

constexpr wire::ClockIdentity kMaster{{0x00, 0x1B, 0x19, 0xFF, 0xFE, 0, 0, 1}};

TEST(ExplainSeenTest, AnotherTransportIsNamed) {
  const auto why = ExplainSeen({NetworkProtocol::kIeee8023, 0, kMaster, 0}, Listening{}, "eth0");
  EXPECT_EQ(why.reason, Reason::kOtherTransport);
  EXPECT_EQ(why.sentence,
            "master 001b19fffe000001 is heard over Ethernet, and this port uses UDP over IPv4");
}

TEST(ExplainSeenTest, AVlanIsNamed) {
  const auto why = ExplainSeen({NetworkProtocol::kUdpIpv4, 7, kMaster, 0}, Listening{}, "eth0");
  EXPECT_EQ(why.reason, Reason::kOtherTransport);
  EXPECT_EQ(why.sentence,
            "master 001b19fffe000001 is heard in VLAN 7 of eth0, which needs an interface of its "
            "own");
}

TEST(ExplainSeenTest, WhatArrivesAndIsNotHeardIsDropped) {
  const auto why = ExplainSeen({NetworkProtocol::kUdpIpv6, 0, kMaster, 5},
                               Listening{NetworkProtocol::kUdpIpv6, 5}, "eth0");
  EXPECT_EQ(why.reason, Reason::kNoAnnounce);
  EXPECT_EQ(why.sentence,
            "Announce messages of master 001b19fffe000001 arrive at eth0 and are dropped by this "
            "host: see its firewall, and rp_filter");
}

TEST(ExplainSeenTest, AnotherIpv6ScopeIsNamed) {
  const auto why = ExplainSeen({NetworkProtocol::kUdpIpv6, 0, kMaster, 14},
                               Listening{NetworkProtocol::kUdpIpv6, 5}, "eth0");
  EXPECT_EQ(why.reason, Reason::kOtherTransport);
  EXPECT_EQ(why.sentence,
            "master 001b19fffe000001 speaks to the IPv6 group ff0e::181, and this port listens to "
            "ff05::181");
}

class SilentTransport : public net::Transport {
 public:
  void AppendPollFds(std::vector<pollfd>&) const override {}
  absl::Status Dispatch(absl::Span<const pollfd>, Sink) override { return absl::OkStatus(); }
  absl::Status SendEvent(absl::Span<const uint8_t>, const wire::PortAddress*) override {
    return absl::OkStatus();
  }
  absl::Status SendGeneral(absl::Span<const uint8_t>, const wire::PortAddress*) override {
    return absl::OkStatus();
  }
  absl::Status RefreshMembership() override { return absl::OkStatus(); }
};

class AnnounceScoutTest : public ::testing::Test {
 protected:
  AnnounceScoutTest() { network_.HandleTimers(now_); }
  void After(int seconds, bool listens, uint64_t received) {
    now_ += std::chrono::seconds(seconds);
    scout_.HandleTimers(listens, received, network_, now_);
  }

  int looks_ = 0;
  Network network_{"eth0",
                   {[](const std::string&) -> absl::StatusOr<net::Device> {
                      return net::Device{2, true, true, {}, {192, 0, 2, 1}};
                    },
                    [](const std::string&,
                       const net::Device&) -> absl::StatusOr<std::unique_ptr<net::Transport>> {
                      return std::unique_ptr<net::Transport>(std::make_unique<SilentTransport>());
                    },
                    CheckIpv4Address,
                    {},
                    [this](const net::Device&) -> std::unique_ptr<net::AnnounceWatch> {
                      ++looks_;
                      return nullptr;  // no right to
                    },
                    {}}};
  AnnounceScout scout_;
  protocol::MonoTime now_{std::chrono::seconds(100)};
};

TEST_F(AnnounceScoutTest, LooksOnlyAfterSomeSecondsOfSilence) {
  After(0, true, 5);
  EXPECT_EQ(scout_.NextDeadline(), now_ + std::chrono::seconds(3));
  After(2, true, 5);
  EXPECT_EQ(looks_, 0);
  After(1, true, 5);
  EXPECT_EQ(looks_, 1);
}

TEST_F(AnnounceScoutTest, WhoHearsSomethingNeedNotLook) {
  uint64_t received = 5;
  for (int i = 0; i < 20; ++i) After(1, true, ++received);
  EXPECT_EQ(looks_, 0);
}

TEST_F(AnnounceScoutTest, NorWhoFollowsAMaster) {
  After(0, true, 5);
  for (int i = 0; i < 20; ++i) After(1, false, 5);
  EXPECT_EQ(looks_, 0);
  EXPECT_EQ(scout_.NextDeadline(), protocol::kNever);
}

}  // namespace
}  // namespace ptpcore::engine
