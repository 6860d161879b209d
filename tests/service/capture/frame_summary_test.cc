#include "service/capture/frame_summary.h"

#include <gmock/gmock.h>

#include "frames.h"

namespace hostctl::capture {
namespace {

namespace wire = ptpcore::wire;

std::string Summary(const Octets& octets, LinkLayer link = LinkLayer::kEthernet) {
  const Frame frame = Received(octets, link);
  return SummaryOf(DecodeFrame(frame));
}

std::string SummaryOfMessage(const wire::Message& message) {
  return Summary(UdpFrame(wire::IsEvent(message.header.type) ? 319 : 320, Encoded(message)));
}

TEST(FrameSummary, ASyncSaysWhoWhichAndHow) {
  EXPECT_EQ(SummaryOfMessage(TwoStepSync()),
            "Sync seq 17 domain 0 from 000c29fffe1ddaab-1 (192.0.2.1), two-step");
}

TEST(FrameSummary, EveryMessageTypeHasItsLine) {
  using Type = wire::MessageType;
  const wire::Timestamp time = {1'700'000'037, 5};
  const wire::PortIdentity asker = {{{0x5A, 0x91, 0xA6, 0xFF, 0xFE, 0xA1, 0x3F, 0x80}}, 1};
  wire::Message one_step = {HeaderOfType(Type::kSync), wire::Sync{time}, {}};
  one_step.header.correction = {3 << 15};
  wire::Announce announce;
  announce.grandmaster = asker.clock;
  announce.quality.clock_class = 6;
  announce.steps_removed = 1;
  wire::Message best = {HeaderOfType(Type::kAnnounce), announce, {}};
  best.header.flags = wire::kPtpTimescale;
  wire::Management get;
  get.target = wire::kAllPorts;
  const Octets tlv = {0, 1, 0, 2, 0x20, 0};
  const wire::Message messages[] = {
      one_step,
      best,
      {HeaderOfType(Type::kFollowUp), wire::FollowUp{time}, {}},
      {HeaderOfType(Type::kDelayReq), wire::DelayReq(), {}},
      {HeaderOfType(Type::kDelayResp), wire::DelayResp{time, asker}, {}},
      {HeaderOfType(Type::kPdelayReq), wire::PdelayReq(), {}},
      {HeaderOfType(Type::kPdelayResp), wire::PdelayResp{time, asker}, {}},
      {HeaderOfType(Type::kPdelayRespFollowUp), wire::PdelayRespFollowUp{time, asker}, {}},
      {HeaderOfType(Type::kSignaling), wire::Signaling{asker}, {}},
      {HeaderOfType(Type::kManagement), get, tlv},
  };
  std::string all;
  for (const wire::Message& message : messages) all += SummaryOfMessage(message) + "\n";
  const std::string from = " seq 17 domain 0 from 000c29fffe1ddaab-1 (192.0.2.1)";
  EXPECT_EQ(all, "Sync" + from + ", one-step, 1700000037.000000005 s, correction 1.5 ns\n" +
                     "Announce" + from +
                     ", grandmaster 5a91a6fffea13f80, class 6, priorities 128 and 128, 1 step, "
                     "PTP timescale\n" +
                     "Follow_Up" + from + ", 1700000037.000000005 s\n" + "Delay_Req" + from + "\n" +
                     "Delay_Resp" + from + ", to 5a91a6fffea13f80-1, 1700000037.000000005 s\n" +
                     "Pdelay_Req" + from + "\n" + "Pdelay_Resp" + from +
                     ", to 5a91a6fffea13f80-1, 1700000037.000000005 s, one-step\n" +
                     "Pdelay_Resp_Follow_Up" + from +
                     ", to 5a91a6fffea13f80-1, 1700000037.000000005 s\n" + "Signaling" + from +
                     ", to 5a91a6fffea13f80-1\n" + "Management" + from + ", GET to all, 1 TLV\n");
}

TEST(FrameSummary, WhatIsMalformedIsToldAsFarAsItCanBeRead) {
  Octets sync = Encoded(TwoStepSync());
  EXPECT_EQ(Summary(UdpFrame(319, Octets(sync.begin(), sync.begin() + 40))),
            "Sync seq 17 domain 0 from 000c29fffe1ddaab-1 (192.0.2.1)");
  sync[1] = 0x01;
  EXPECT_EQ(Summary(UdpFrame(319, sync)), "PTP from 192.0.2.1, 44 octets");
  EXPECT_EQ(Summary({}), "a frame, 0 octets");
}

TEST(FrameSummary, OverEthernetTheSenderIsAMacAddress) {
  EXPECT_EQ(Summary(Ethernet(0x88F7, Encoded(TwoStepSync()), {0x81, 0x00, 0x00, 0x07})),
            "Sync seq 17 domain 0 from 000c29fffe1ddaab-1 (02:00:00:00:00:01), two-step, VLAN 7");
}

TEST(FrameSummary, OtherTrafficIsNamedByItsEndsAndSize) {
  EXPECT_EQ(Summary(UdpFrame(53, Octets(12))), "UDP 192.0.2.1:53 > 224.0.1.129:53, 12 octets");
  EXPECT_EQ(Summary(Ethernet(0x86DD, Ipv6(17, Udp(53, Octets(12))))),
            "UDP [fe80::1]:53 > [ff02::181]:53, 12 octets");
  EXPECT_EQ(Summary(Ethernet(0x0800, Ipv4(6, Octets(20)))),
            "TCP 192.0.2.1 > 224.0.1.129, 20 octets");
  EXPECT_EQ(Summary(Ethernet(0x0806, Octets(28))),
            "ARP 02:00:00:00:00:01 > 01:00:5e:00:01:81, 28 octets");
  EXPECT_EQ(Summary(Ethernet(0x88CC, Octets(50))),
            "ethertype 0x88cc 02:00:00:00:00:01 > 01:00:5e:00:01:81, 50 octets");
  EXPECT_EQ(Summary(Ethernet(0x0800, Ipv4(2, {0x16, 0, 0, 0, 224, 0, 1, 129}))),
            "IGMPv2 report from 192.0.2.1: joined 224.0.1.129");
  EXPECT_EQ(Summary(Ethernet(0x0800, Ipv4(2, {0x11, 100, 0, 0, 0, 0, 0, 0}))),
            "IGMPv2 query from 192.0.2.1 for all groups");
}

}  // namespace
}  // namespace hostctl::capture
