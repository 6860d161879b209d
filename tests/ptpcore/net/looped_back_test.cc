#include "ptpcore/net/looped_back.h"

#include <cstddef>
#include <vector>

#include "gtest/gtest.h"

namespace ptpcore::net {
namespace {

using Octets = std::vector<uint8_t>;

const Octets kMessage(44, 0x5A);

Octets Join(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// From 8.0.0.1, whose octets look like an Ethernet type where one might stand.
Octets Ipv4(const Octets& options = {}) {
  const auto words = static_cast<uint8_t>(5 + options.size() / 4);
  const auto total = static_cast<uint8_t>(4 * words + 8 + kMessage.size());
  return Join({{static_cast<uint8_t>(0x40 | words), 0, 0, total, 0, 0, 0x40, 0, 1, 17, 0, 0},
               {8, 0, 0, 1, 224, 0, 1, 129},
               options,
               {1, 63, 1, 63, 0, 52, 0, 0},
               kMessage});
}

// From fe80::1 to ff02::181.
Octets Ipv6() {
  const Octets zeros(13);
  return Join({{0x60, 0, 0, 0, 0, static_cast<uint8_t>(8 + kMessage.size()), 17, 1},
               {0xFE, 0x80},
               zeros,
               {1},
               {0xFF, 0x02},
               Octets(12),
               {1, 0x81},
               {1, 63, 1, 63, 0, 52, 0, 0},
               kMessage});
}

const Octets kAddresses = {1, 0, 0x5E, 0, 1, 0x81, 2, 0, 0, 0, 0, 0x0B};
const Octets kIpType = {8, 0};

void ExpectMessage(const Octets& frame) {
  const auto payload = PayloadOfLoopedBack(frame);
  EXPECT_EQ(Octets(payload.begin(), payload.end()), kMessage);
}

TEST(PayloadOfLoopedBackTest, LiesBehindEthernetIpv4AndUdp) {
  ExpectMessage(Join({kAddresses, kIpType, Ipv4()}));
}

TEST(PayloadOfLoopedBackTest, LiesBehindEthernetIpv6AndUdp) {
  ExpectMessage(Join({kAddresses, {0x86, 0xDD}, Ipv6()}));
  ExpectMessage(Join({kAddresses, {0x81, 0x00, 0x40, 0x07}, {0x86, 0xDD}, Ipv6()}));
  ExpectMessage(Ipv6());
}

TEST(PayloadOfLoopedBackTest, LiesBehindEthernetAlone) {
  ExpectMessage(Join({kAddresses, {0x88, 0xF7}, kMessage}));
  ExpectMessage(Join({kAddresses, {0x81, 0x00, 0x40, 0x07}, {0x88, 0xF7}, kMessage}));
}

TEST(PayloadOfLoopedBackTest, VlanTagsAreSkipped) {
  const Octets vlan = {0x81, 0x00, 0x40, 0x07};
  const Octets provider = {0x88, 0xA8, 0x00, 0x64};
  ExpectMessage(Join({kAddresses, vlan, kIpType, Ipv4()}));
  ExpectMessage(Join({kAddresses, provider, vlan, kIpType, Ipv4()}));
}

TEST(PayloadOfLoopedBackTest, ThePacketMayBeginWithIpv4) {
  ExpectMessage(Ipv4());
}

TEST(PayloadOfLoopedBackTest, Ipv4OptionsAreSkipped) {
  ExpectMessage(Join({kAddresses, kIpType, Ipv4({0x94, 4, 0, 0})}));
}

TEST(PayloadOfLoopedBackTest, AFrameFilledUpToItsMinimumHasNoFillInItsPayload) {
  ExpectMessage(Join({kAddresses, kIpType, Ipv4(), Octets(6)}));
}

TEST(PayloadOfLoopedBackTest, WhatIsNoPacketIsThePayload) {
  ExpectMessage(kMessage);
}

TEST(PayloadOfLoopedBackTest, AFrameCutOffAnywhereIsNotReadPast) {
  for (const Octets& whole : {Join({kAddresses, {0x81, 0, 0, 7}, kIpType, Ipv4()}),
                              Join({kAddresses, {0x81, 0, 0, 7}, {0x86, 0xDD}, Ipv6()})}) {
    for (size_t size = 0; size < whole.size(); ++size) {
      const Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(PayloadOfLoopedBack(cut).size(), size);
    }
  }
}

TEST(DestinationOfLoopedBackTest, StandsInTheIpHeader) {
  const wire::PortAddress ipv4 = DestinationOfLoopedBack(Join({kAddresses, kIpType, Ipv4()}));
  EXPECT_EQ(ipv4, (wire::PortAddress{wire::NetworkProtocol::kUdpIpv4, 4, {224, 0, 1, 129}}));
  EXPECT_EQ(DestinationOfLoopedBack(Ipv4()), ipv4);
  EXPECT_EQ(DestinationOfLoopedBack(Join({kAddresses, {0x86, 0xDD}, Ipv6()})),
            (wire::PortAddress{wire::NetworkProtocol::kUdpIpv6,
                               16,
                               {0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x81}}));
}

TEST(DestinationOfLoopedBackTest, IsThatOfTheFrameWhereThereIsNoIp) {
  EXPECT_EQ(DestinationOfLoopedBack(Join({kAddresses, {0x88, 0xF7}, kMessage})),
            (wire::PortAddress{wire::NetworkProtocol::kIeee8023, 6, {1, 0, 0x5E, 0, 1, 0x81}}));
  EXPECT_EQ(DestinationOfLoopedBack(kMessage).protocol, wire::NetworkProtocol::kNone);
}

}  // namespace
}  // namespace ptpcore::net
