#include "service/capture/ptp_frame.h"

#include <gmock/gmock.h>

#include "frames.h"

namespace hostctl::capture {
namespace {

namespace wire = ptpcore::wire;
using ::testing::HasSubstr;

TEST(PtpFrame, ASyncOverIpv4IsFoundWithWhoSentIt) {
  const Frame frame = Received(UdpFrame(319, Encoded(TwoStepSync())));
  const DecodedFrame decoded = DecodeFrame(frame);
  EXPECT_EQ(decoded.transport, wire::NetworkProtocol::kUdpIpv4);
  ASSERT_TRUE(decoded.message);
  EXPECT_EQ(decoded.message->header.sequence_id, 17);
  EXPECT_EQ(decoded.layers.source_ip, "192.0.2.1");
  EXPECT_EQ(decoded.layers.destination_ip, "224.0.1.129");
  EXPECT_EQ(ToString(*decoded.layers.source_mac), "02:00:00:00:00:01");
  EXPECT_EQ(decoded.malformed, "");
}

TEST(PtpFrame, ASyncIsFoundOnEveryWayItCanCome) {
  const Octets sync = Encoded(TwoStepSync());
  const Octets tag = {0x81, 0x00, 0xE0, 0x05};
  const Octets two_tags = {0x88, 0xA8, 0x00, 0x09, 0x81, 0x00, 0x00, 0x05};
  const Octets padding(6);
  const Octets hop_by_hop = {17, 0, 0, 0, 0, 0, 0, 0};
  struct Way {
    const char* name;
    Frame frame;
    wire::NetworkProtocol transport;
    std::optional<uint16_t> vlan;
  };
  const Way ways[] = {
      {"Ethernet",
       Received(Ethernet(0x88F7, sync + padding)),
       wire::NetworkProtocol::kIeee8023,
       {}},
      {"a VLAN", Received(Ethernet(0x88F7, sync, tag)), wire::NetworkProtocol::kIeee8023, 5},
      {"a VLAN in a VLAN", Received(Ethernet(0x0800, Ipv4(17, Udp(319, sync)), two_tags)),
       wire::NetworkProtocol::kUdpIpv4, 5},
      {"IPv4 with padding",
       Received(UdpFrame(319, sync) + padding),
       wire::NetworkProtocol::kUdpIpv4,
       {}},
      {"IPv6",
       Received(Ethernet(0x86DD, Ipv6(17, Udp(319, sync)))),
       wire::NetworkProtocol::kUdpIpv6,
       {}},
      {"IPv6 with an extension header",
       Received(Ethernet(0x86DD, Ipv6(0, hop_by_hop + Udp(319, sync)))),
       wire::NetworkProtocol::kUdpIpv6,
       {}},
      {"IPv4 without Ethernet",
       Received(Ipv4(17, Udp(319, sync)), LinkLayer::kIp),
       wire::NetworkProtocol::kUdpIpv4,
       {}},
      {"IPv6 without Ethernet",
       Received(Ipv6(17, Udp(319, sync)), LinkLayer::kIp),
       wire::NetworkProtocol::kUdpIpv6,
       {}},
  };
  for (const Way& way : ways) {
    SCOPED_TRACE(way.name);
    const DecodedFrame decoded = DecodeFrame(way.frame);
    EXPECT_EQ(decoded.transport, way.transport);
    EXPECT_EQ(decoded.layers.vlan, way.vlan);
    EXPECT_TRUE(decoded.message);
    EXPECT_EQ(decoded.malformed, "");
    EXPECT_TRUE(IsWanted(way.frame, FrameFilter::kPtp));
  }
}

TEST(PtpFrame, WhatIsWrongWithAMessageIsSaid) {
  const Octets sync = Encoded(TwoStepSync());
  const auto changed = [&](size_t at, uint8_t value) {
    Octets octets = sync;
    octets[at] = value;
    return UdpFrame(319, octets);
  };
  wire::Message late = TwoStepSync();
  late.body = wire::Sync{{1, 1'000'000'000}};
  wire::Message nobody = TwoStepSync();
  nobody.header.source.port = 0;
  struct Case {
    Octets frame;
    const char* malformed;
  };
  const Case cases[] = {
      {UdpFrame(319, Octets(sync.begin(), sync.begin() + 12)),
       "cut off: 12 octets, a PTP header has 34"},
      {UdpFrame(319, Octets(sync.begin(), sync.begin() + 40)),
       "messageLength says 44 octets, there are 40"},
      {changed(1, 0x01), "versionPTP is 1, not 2"},
      {changed(0, 0x05), "messageType 0x5 is reserved"},
      {changed(3, 36), "messageLength 36 is too short: Sync has 44 octets"},
      {UdpFrame(320, sync), "Sync came to port 320, its port is 319"},
      {UdpFrame(319, Encoded(late)), "a timestamp has 1000000000 nanoseconds"},
      {UdpFrame(319, Encoded(nobody)), "the sender's portNumber is 0"},
      {Ethernet(0x0800, Ipv4(17, Udp(319, sync), 0x2000)),
       "a fragment of an IP packet; PTP is not to be fragmented"},
  };
  for (const Case& c : cases) {
    const Frame frame = Received(c.frame);
    EXPECT_EQ(DecodeFrame(frame).malformed, c.malformed);
    EXPECT_TRUE(IsWanted(frame, FrameFilter::kPtp)) << c.malformed;
  }
}

TEST(PtpFrame, ATlvThatRunsPastTheEndIsMalformedAndTheHeaderIsStillRead) {
  wire::Message sync = TwoStepSync();
  const Octets tlv = {0x00, 0x03, 0x00, 0x06, 0, 0, 0, 0, 0, 0};
  sync.tlvs = tlv;
  Octets octets = Encoded(sync);
  octets[47] = 0x40;  // lengthField of the TLV
  const Frame frame = Received(UdpFrame(319, octets));
  const DecodedFrame decoded = DecodeFrame(frame);
  EXPECT_EQ(decoded.malformed, "a TLV runs past the end of the message");
  EXPECT_FALSE(decoded.message);
  ASSERT_TRUE(decoded.header);
  EXPECT_EQ(decoded.header->sequence_id, 17);
}

TEST(PtpFrame, AFrameCutByTheReaderIsNotCalledMalformed) {
  Frame frame = Received(UdpFrame(319, Encoded(TwoStepSync())));
  for (size_t kept = frame.data.size(); kept-- > 0;) {
    frame.data.resize(kept);
    EXPECT_EQ(DecodeFrame(frame).malformed, "") << kept << " octets kept";
  }
}

TEST(PtpFrame, AFrameThatTheNetworkCutIsMalformedWhereverItEnds) {
  const Octets whole = UdpFrame(319, Encoded(TwoStepSync()));
  for (size_t kept = 0; kept < whole.size(); ++kept) {
    const Frame frame = Received(Octets(whole.begin(), whole.begin() + static_cast<long>(kept)));
    EXPECT_NE(DecodeFrame(frame).malformed, "") << kept << " octets there";
  }
}

TEST(PtpFrame, WhoAsksForMulticastGroupsIsFoundToo) {
  // RFC 3376 4.2: 224.0.1.129 joined (record type 4), 224.0.0.107 left (type 3).
  const Octets report = {0x22, 0, 0, 0, 0,   0, 0, 2,    //
                         4,    0, 0, 0, 224, 0, 1, 129,  //
                         3,    0, 0, 0, 224, 0, 0, 107};
  const Frame frame = Received(Ethernet(0x0800, Ipv4(2, report)));
  const DecodedFrame decoded = DecodeFrame(frame);
  ASSERT_TRUE(decoded.membership);
  EXPECT_EQ(decoded.membership->kind, Membership::Kind::kReport);
  EXPECT_THAT(decoded.membership->groups, testing::ElementsAre("224.0.1.129"));
  EXPECT_THAT(decoded.membership->left, testing::ElementsAre("224.0.0.107"));
  EXPECT_FALSE(decoded.is_ptp());
  EXPECT_FALSE(IsWanted(frame, FrameFilter::kPtp));
  EXPECT_TRUE(IsWanted(frame, FrameFilter::kPtpAndMembership));
}

TEST(PtpFrame, OtherTrafficIsNotPtp) {
  const Octets dns = UdpFrame(53, Encoded(TwoStepSync()));
  const Octets tcp = Ethernet(0x0800, Ipv4(6, Octets(20)));
  const Octets arp = Ethernet(0x0806, Octets(28));
  for (const Octets& octets : {dns, tcp, arp}) {
    const Frame frame = Received(octets);
    EXPECT_FALSE(DecodeFrame(frame).is_ptp());
    EXPECT_FALSE(IsWanted(frame, FrameFilter::kPtpAndMembership));
    EXPECT_TRUE(IsWanted(frame, FrameFilter::kAll));
  }
}

}  // namespace
}  // namespace hostctl::capture
