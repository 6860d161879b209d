#include <algorithm>
#include <vector>

#include "gtest/gtest.h"
#include "ptpcore/net/announce_watch.h"

namespace ptpcore::net {
namespace {

using Octets = std::vector<uint8_t>;
using wire::NetworkProtocol;

Octets Join(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

const wire::ClockIdentity kSender{{0, 0x1B, 0x19, 0xFF, 0xFE, 0, 0, 1}};

Octets Message(uint8_t type = 0xB, uint8_t version = 0x12) {
  Octets message(64);
  message[0] = type;
  message[1] = version;
  std::copy(kSender.octets.begin(), kSender.octets.end(), message.begin() + 20);
  return message;
}

Octets Udp(const Octets& message, uint8_t port = 0x40) {
  return Join({{1, 64, 1, port, 0, static_cast<uint8_t>(8 + message.size()), 0, 0}, message});
}

Octets Ipv4(const Octets& udp) {
  return Join({{8, 0, 0x45, 0, 0, static_cast<uint8_t>(20 + udp.size())},
               {0, 0, 0x40, 0, 1, 17, 0, 0, 192, 0, 2, 1, 224, 0, 1, 129},
               udp});
}

Octets Ipv6(const Octets& udp) {
  return Join({{0x86, 0xDD, 0x60, 0, 0, 0, 0, static_cast<uint8_t>(udp.size()), 17, 1},
               Octets(16),
               {0xFF, 0x0E},
               Octets(12),
               {0x01, 0x81},
               udp});
}

const Octets kAddresses = {1, 0, 0x5E, 0, 1, 0x81, 2, 0, 0, 0, 0, 0x0B};
const Octets kEthertype = {0x88, 0xF7};

TEST(AnnounceInTest, IsSeenOnEveryTransport) {
  EXPECT_EQ(AnnounceIn(Join({kAddresses, Ipv4(Udp(Message()))})),
            (AnnounceSeen{NetworkProtocol::kUdpIpv4, 0, kSender, 0}));
  EXPECT_EQ(AnnounceIn(Join({kAddresses, Ipv6(Udp(Message()))})),
            (AnnounceSeen{NetworkProtocol::kUdpIpv6, 0, kSender, 14}));
  EXPECT_EQ(AnnounceIn(Join({kAddresses, kEthertype, Message()})),
            (AnnounceSeen{NetworkProtocol::kIeee8023, 0, kSender, 0}));
}

TEST(AnnounceInTest, AVlanIsTold) {
  EXPECT_EQ(AnnounceIn(Join({kAddresses, {0x81, 0, 0xE0, 7}, kEthertype, Message()})),
            (AnnounceSeen{NetworkProtocol::kIeee8023, 7, kSender, 0}));
  EXPECT_EQ(
      AnnounceIn(Join({kAddresses, {0x88, 0xA8, 0, 9}, {0x81, 0, 0xE1, 7}, Ipv4(Udp(Message()))})),
      (AnnounceSeen{NetworkProtocol::kUdpIpv4, 0x107, kSender, 0}));
}

TEST(AnnounceInTest, NothingElseIsSeen) {
  EXPECT_EQ(AnnounceIn(Join({kAddresses, kEthertype, Message(0x0)})), std::nullopt) << "Sync";
  EXPECT_EQ(AnnounceIn(Join({kAddresses, kEthertype, Message(0xB, 0x01)})), std::nullopt)
      << "version 1";
  EXPECT_EQ(AnnounceIn(Join({kAddresses, Ipv4(Udp(Message(), 0x3F))})), std::nullopt)
      << "the event port";
  EXPECT_EQ(AnnounceIn(Join({kAddresses, {8, 6}, Message()})), std::nullopt) << "ARP";
}

TEST(AnnounceInTest, AFrameCutOffAnywhereIsNone) {
  for (const Octets& frame :
       {Join({kAddresses, Ipv4(Udp(Message()))}), Join({kAddresses, Ipv6(Udp(Message()))})}) {
    for (size_t size = 0; size < frame.size(); ++size) {
      EXPECT_EQ(AnnounceIn({frame.data(), size}), std::nullopt) << size;
    }
  }
}

}  // namespace
}  // namespace ptpcore::net
