#include "ptpcore/net/udp_ipv4_transport.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ptpcore/net/segment.h"

namespace ptpcore::net {
namespace {

using hostctl::firewall::Shell;
using ::testing::HasSubstr;

constexpr size_t kIpAt = ETH_HLEN;

class UdpIpv4TransportTest : public SegmentTest {
 protected:
  Station Master(const TransportOptions& options = {}) {
    return {*master_, "eth0", OpenUdpIpv4Transport, options};
  }
  Station Client() { return {*client_, "eth0", OpenUdpIpv4Transport}; }
};

// Of an IPv4 packet in an Ethernet frame.
struct Seen {
  int dscp;
  int ttl;
  Octets destination;
};
Seen Read(const Octets& frame) {
  if (frame.size() < kIpAt + 20) return {};
  return {frame[kIpAt + 1] >> 2, frame[kIpAt + 8],
          Octets(frame.begin() + kIpAt + 16, frame.begin() + kIpAt + 20)};
}

TEST_F(UdpIpv4TransportTest, MessagesStayOnTheSegmentByDefault) {
  Tap tap(*client_, "eth0");
  Station master = Master();
  ASSERT_TRUE(master.transport().SendEvent(event_, nullptr).ok());
  const Seen seen = Read(tap.NextWith(event_));
  EXPECT_EQ(seen.ttl, 1);
  EXPECT_EQ(seen.dscp, 0);
  EXPECT_EQ(seen.destination, (Octets{224, 0, 1, 129}));
}

TEST_F(UdpIpv4TransportTest, TtlAndCodePointsAreThoseAskedFor) {
  Tap tap(*client_, "eth0");
  Station master = Master({/*time_to_live=*/17, /*dscp_event=*/46, /*dscp_general=*/34});
  ASSERT_TRUE(master.transport().SendEvent(event_, nullptr).ok());
  Seen seen = Read(tap.NextWith(event_));
  EXPECT_EQ(seen.ttl, 17);
  EXPECT_EQ(seen.dscp, 46);
  ASSERT_TRUE(master.transport().SendGeneral(general_, nullptr).ok());
  seen = Read(tap.NextWith(general_));
  EXPECT_EQ(seen.ttl, 17);
  EXPECT_EQ(seen.dscp, 34);
}

TEST_F(UdpIpv4TransportTest, PeerDelayMessagesNeverLeaveTheSegment) {
  Tap tap(*client_, "eth0");
  Station master = Master({/*time_to_live=*/17});
  const Octets request = Message(0x2, 54);
  ASSERT_TRUE(master.transport().SendEvent(request, nullptr).ok());
  const Seen seen = Read(tap.NextWith(request));
  EXPECT_EQ(seen.ttl, 1);
  EXPECT_EQ(seen.destination, (Octets{224, 0, 0, 107}));
}

TEST_F(UdpIpv4TransportTest, TheGroupsAreJoinedAndLeft) {
  {
    Station client = Client();
    const std::string groups = Shell(*client_, "ip maddr show dev eth0");
    EXPECT_THAT(groups, HasSubstr("inet  224.0.1.129"));
    EXPECT_THAT(groups, HasSubstr("inet  224.0.0.107"));
    // Memberships of our own socket only: the other device has none.
    EXPECT_THAT(Shell(*client_, "ip maddr show dev lo"), Not(HasSubstr("224.0.1.129")));
  }
  EXPECT_THAT(Shell(*client_, "ip maddr show dev eth0"), Not(HasSubstr("224.0.1.129")));
}

// What a switch with IGMP snooping would hear.
TEST_F(UdpIpv4TransportTest, RefreshingTheMembershipReportsItAgain) {
  // One report for each event, not the usual two: what comes second is the refresh.
  Shell(*client_, "sysctl -qw net.ipv4.igmp_qrv=1; ip link set eth0 down; ip link set eth0 up");
  WaitForCarrier(*client_, "eth0");
  WaitForCarrier(*master_, "eth0");
  Tap tap(*master_, "eth0");
  // Whether an IGMPv3 report comes by in which the group is joined.
  const auto report_comes = [&] {
    return !tap.Next([](const Octets& frame) {
                 if (frame.size() < kIpAt + 28 || frame[kIpAt + 9] != IPPROTO_IGMP) return false;
                 const Octets group = {224, 0, 1, 129};
                 // Behind the IP header, whose options are no address.
                 const auto named = std::search(frame.begin() + kIpAt + 20, frame.end(),
                                                group.begin(), group.end());
                 if (named == frame.end()) return false;
                 // The record before the address: IS_EXCLUDE or TO_EXCLUDE is a join.
                 const uint8_t record = *(named - 4);
                 return record == 2 || record == 4;
               })
                .empty();
  };
  Station client = Client();
  ASSERT_TRUE(report_comes());
  ASSERT_TRUE(client.transport().RefreshMembership().ok());
  EXPECT_TRUE(report_comes());
  EXPECT_THAT(Shell(*client_, "ip maddr show dev eth0"), HasSubstr("inet  224.0.1.129"));
}

TEST_F(UdpIpv4TransportTest, AMembershipOfADeviceThatIsGoneIsUnavailable) {
  Station client = Client();
  Shell(*client_, "ip link del eth0");
  const absl::Status status = client.transport().RefreshMembership();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("224.0.1.129"));
}

}  // namespace
}  // namespace ptpcore::net
