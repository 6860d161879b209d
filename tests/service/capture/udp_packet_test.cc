#include "service/capture/udp_packet.h"

#include <gtest/gtest.h>

#include "frames.h"
#include "service/capture/ptp_frame.h"

namespace hostctl::capture {
namespace {

TEST(UdpPacket, IsAWholeIpv4PacketWithItsChecksums) {
  // The checksums, RFC 1071, were worked out apart from this code.
  const Octets source = {192, 0, 2, 1};
  const Octets destination = {224, 0, 1, 129};
  const Octets payload = {0xDE, 0xAD, 0xBE, 0xEF};
  const Octets packet = IpPacketOf({source, destination, 320, 320, 1, payload});
  const Octets expected = {0x45, 0,    0,    32,   0,    0,    0,    0,    1,    17,   0x16,
                           0x4B, 192,  0,    2,    1,    224,  0,    1,    129,  0x01, 0x40,
                           0x01, 0x40, 0x00, 0x0C, 0xBC, 0x35, 0xDE, 0xAD, 0xBE, 0xEF};
  EXPECT_EQ(packet, expected);
}

TEST(UdpPacket, ReadsBackAsWhatWentIn) {
  Octets source(16, 0);
  source[0] = 0xFE;
  source[1] = 0x80;
  source[15] = 9;
  Octets destination(16, 0);
  destination[0] = 0xFF;
  destination[1] = 0x0E;
  destination[14] = 1;
  destination[15] = 0x81;
  const Octets sync = Encoded(TwoStepSync());
  const Frame frame =
      Received(IpPacketOf({source, destination, 319, 319, 1, sync}), LinkLayer::kIp);
  const DecodedFrame decoded = DecodeFrame(frame);
  EXPECT_EQ(decoded.malformed, "");
  EXPECT_TRUE(decoded.message);
  EXPECT_EQ(decoded.layers.source_ip, "fe80::9");
  EXPECT_EQ(decoded.layers.destination_ip, "ff0e::181");
  EXPECT_EQ(decoded.layers.hop_limit, 1);
}

}  // namespace
}  // namespace hostctl::capture
