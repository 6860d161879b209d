#include "service/capture/packet_log.h"

#include <arpa/inet.h>
#include <endian.h>
#include <gtest/gtest.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>

#include <cstring>

#include "frames.h"

namespace hostctl::capture {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

template <typename T>
Octets Raw(const T& value) {
  Octets octets(sizeof(value));
  std::memcpy(octets.data(), &value, sizeof(value));
  return octets;
}

Octets Attribute(uint16_t type, Octets value) {
  nlattr header{static_cast<uint16_t>(sizeof(nlattr) + value.size()), type};
  Octets octets = Raw(header) + value;
  octets.resize((octets.size() + 3) / 4 * 4);
  return octets;
}

// A message of the log as the kernel makes it.
Octets Message(const Octets& attributes) {
  nlmsghdr header{};
  header.nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET;
  header.nlmsg_len = static_cast<uint32_t>(sizeof(header) + sizeof(nfgenmsg) + attributes.size());
  return Raw(header) + Raw(nfgenmsg{AF_INET, NFNETLINK_V0, 0}) + attributes;
}

Octets Hook(uint8_t hook) {
  nfulnl_msg_packet_hdr header{};
  header.hook = hook;
  return Attribute(NFULA_PACKET_HDR, Raw(header));
}

TEST(PacketLog, APacketComesWithItsTimeItsWayAndItsNumber) {
  const Octets packet = Ipv4(17, Udp(319, Encoded(TwoStepSync())));
  const nfulnl_msg_packet_timestamp at{htobe64(1'700'000'001), htobe64(250)};
  const auto logged =
      ParseLogged(Message(Hook(NF_INET_LOCAL_IN) + Attribute(NFULA_TIMESTAMP, Raw(at)) +
                          Attribute(NFULA_SEQ, Raw(htonl(41))) + Attribute(NFULA_PAYLOAD, packet)),
                  kNow);
  ASSERT_TRUE(logged);
  EXPECT_EQ(logged->frame.data, packet);
  EXPECT_EQ(logged->frame.link, LinkLayer::kIp);
  EXPECT_EQ(logged->frame.direction, Direction::kReceived);
  EXPECT_EQ(logged->frame.time, kNow + absl::Seconds(1) + absl::Microseconds(250));
  EXPECT_EQ(logged->sequence, 41U);
}

TEST(PacketLog, WhatIsSentHasNoTimeOfTheKernels) {
  const auto logged =
      ParseLogged(Message(Hook(NF_INET_LOCAL_OUT) + Attribute(NFULA_PAYLOAD, Ipv4(17, {}))), kNow);
  ASSERT_TRUE(logged);
  EXPECT_EQ(logged->frame.direction, Direction::kSent);
  EXPECT_EQ(logged->frame.time, kNow);
  EXPECT_FALSE(logged->sequence);
}

TEST(PacketLog, WhatIsNoPacketIsPassedOver) {
  const Octets whole = Message(Hook(NF_INET_LOCAL_IN) + Attribute(NFULA_PAYLOAD, {1, 2, 3}));
  EXPECT_FALSE(ParseLogged(Message(Hook(NF_INET_LOCAL_IN)), kNow)) << "no payload";
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseLogged({whole.data(), size}, kNow)) << size;
  }
  Octets other = whole;
  other[4] = 99;  // type
  EXPECT_FALSE(ParseLogged(other, kNow));
}

}  // namespace
}  // namespace hostctl::capture
