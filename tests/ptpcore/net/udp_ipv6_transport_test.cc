#include "ptpcore/net/udp_ipv6_transport.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ptpcore/net/segment.h"

namespace ptpcore::net {
namespace {

using hostctl::firewall::Shell;
using ::testing::HasSubstr;

constexpr size_t kIpAt = ETH_HLEN;
constexpr size_t kUdpAt = kIpAt + 40;
constexpr size_t kMessageAt = kUdpAt + 8;

class UdpIpv6TransportTest : public SegmentTest {
 protected:
  Station Master(const TransportOptions& options = {}) {
    return {*master_, "eth0", OpenUdpIpv6Transport, options};
  }
};

// Of an IPv6 packet in an Ethernet frame.
struct Seen {
  int dscp = -1;
  int hop_limit = -1;
  std::string destination;
};
Seen Read(const Octets& frame) {
  if (frame.size() < kMessageAt) return {};
  const int traffic_class = (frame[kIpAt] & 0xF) << 4 | frame[kIpAt + 1] >> 4;
  Seen seen{traffic_class >> 2, frame[kIpAt + 7], ""};
  for (size_t i = kIpAt + 24; i < kUdpAt; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    seen.destination += kDigits[frame[i] >> 4];
    seen.destination += kDigits[frame[i] & 0xF];
  }
  return seen;
}

TEST_F(UdpIpv6TransportTest, MessagesGoToTheGroupOfTheirScope) {
  Tap tap(*client_, "eth0");
  const struct {
    uint8_t scope;
    const char* group;
  } kScopes[] = {{0x2, "ff020000000000000000000000000181"},
                 {0x5, "ff050000000000000000000000000181"},
                 {0x8, "ff080000000000000000000000000181"},
                 {0xE, "ff0e0000000000000000000000000181"}};
  for (const auto& [scope, group] : kScopes) {
    TransportOptions options;
    options.ipv6_scope = scope;
    Station master = Master(options);
    Station client(*client_, "eth0", OpenUdpIpv6Transport, options);
    ASSERT_TRUE(master.transport().SendEvent(event_, nullptr).ok());
    const Seen seen = Read(tap.NextWith(event_));
    EXPECT_EQ(seen.destination, group);
    EXPECT_EQ(seen.hop_limit, 1);
    EXPECT_EQ(seen.dscp, 0);
    EXPECT_TRUE(client.Next(Packet::Kind::kEvent)) << group;
  }
}

TEST_F(UdpIpv6TransportTest, AnotherScopeIsNotHeard) {
  TransportOptions link_local;
  link_local.ipv6_scope = 2;
  Station narrow = Master(link_local);
  Station wide = Master();
  Station client(*client_, "eth0", OpenUdpIpv6Transport);
  ASSERT_TRUE(narrow.transport().SendGeneral(Message(0xB, 64), nullptr).ok());
  ASSERT_TRUE(wide.transport().SendGeneral(general_, nullptr).ok());
  const auto heard = client.Next(Packet::Kind::kGeneral);
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->octets.size(), general_.size() + 2);
  EXPECT_TRUE(client.waiting().empty());
}

TEST_F(UdpIpv6TransportTest, HopLimitAndCodePointsAreThoseAskedFor) {
  Tap tap(*client_, "eth0");
  Station master = Master({/*time_to_live=*/17, /*dscp_event=*/46, /*dscp_general=*/34});
  ASSERT_TRUE(master.transport().SendEvent(event_, nullptr).ok());
  Seen seen = Read(tap.NextWith(event_));
  EXPECT_EQ(seen.hop_limit, 17);
  EXPECT_EQ(seen.dscp, 46);
  ASSERT_TRUE(master.transport().SendGeneral(general_, nullptr).ok());
  seen = Read(tap.NextWith(general_));
  EXPECT_EQ(seen.hop_limit, 17);
  EXPECT_EQ(seen.dscp, 34);
}

TEST_F(UdpIpv6TransportTest, PeerDelayMessagesNeverLeaveTheSegment) {
  Tap tap(*client_, "eth0");
  Station master = Master({/*time_to_live=*/17});
  const Octets request = Message(0x2, 54);
  ASSERT_TRUE(master.transport().SendEvent(request, nullptr).ok());
  const Seen seen = Read(tap.NextWith(request));
  EXPECT_EQ(seen.hop_limit, 1);
  EXPECT_EQ(seen.destination, "ff02000000000000000000000000006b");
}

TEST_F(UdpIpv6TransportTest, TwoOctetsBehindTheMessageLeaveRoomForTheChecksum) {
  Tap tap(*client_, "eth0");
  Station master = Master();
  for (const Octets& message : {event_, general_}) {
    const bool event = message == event_;
    ASSERT_TRUE((event ? master.transport().SendEvent(message, nullptr)
                       : master.transport().SendGeneral(message, nullptr))
                    .ok());
    const Octets frame = tap.NextWith(message);
    ASSERT_EQ(frame.size(), kMessageAt + message.size() + 2);
    EXPECT_EQ(frame[kUdpAt + 2] * 256 + frame[kUdpAt + 3], event ? 319 : 320);
    EXPECT_EQ(frame[kUdpAt + 4] * 256U + frame[kUdpAt + 5], 8 + message.size() + 2);
    EXPECT_EQ(Octets(frame.end() - 2, frame.end()), (Octets{0, 0}));
  }
}

TEST_F(UdpIpv6TransportTest, TheGroupsAreJoinedAndLeft) {
  {
    Station master = Master();
    const std::string groups = Shell(*master_, "ip -6 maddr show dev eth0");
    EXPECT_THAT(groups, HasSubstr("ff05::181"));
    EXPECT_THAT(groups, HasSubstr("ff02::6b"));
  }
  EXPECT_THAT(Shell(*master_, "ip -6 maddr show dev eth0"), Not(HasSubstr("ff05::181")));
}

// What a switch with MLD snooping would hear.
TEST_F(UdpIpv6TransportTest, RefreshingTheMembershipReportsItAgain) {
  // Version 1 says goodbye in a message of its own, which nothing else brings about.
  Shell(*client_, "sysctl -qw net.ipv6.conf.eth0.force_mld_version=1");
  constexpr uint8_t kReport = 131;
  constexpr uint8_t kDone = 132;
  Tap tap(*master_, "eth0");
  const auto comes = [&](uint8_t type) {
    return !tap.Next([type](const Octets& frame) {
                 constexpr size_t kIcmpAt = kIpAt + 40 + 8;  // behind the router alert option
                 const Octets group = {0xFF, 0x05, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x81};
                 return frame.size() >= kIcmpAt + 24 && frame[kIcmpAt] == type &&
                        Octets(frame.begin() + kIcmpAt + 8, frame.begin() + kIcmpAt + 24) == group;
               })
                .empty();
  };
  Station client(*client_, "eth0", OpenUdpIpv6Transport);
  ASSERT_TRUE(comes(kReport));
  ASSERT_TRUE(client.transport().RefreshMembership().ok());
  EXPECT_TRUE(comes(kDone));
  EXPECT_TRUE(comes(kReport));
}

}  // namespace
}  // namespace ptpcore::net
