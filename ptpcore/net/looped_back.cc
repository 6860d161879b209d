#include "ptpcore/net/looped_back.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#include <cstddef>
#include <optional>

namespace ptpcore::net {
namespace {

constexpr size_t kIpv4 = 20;
constexpr size_t kIpv6 = 40;
constexpr size_t kUdp = 8;
constexpr size_t kVlanTag = 4;

// Zero past the end.
unsigned U16(absl::Span<const uint8_t> octets, size_t at) {
  return at + 2 <= octets.size() ? octets[at] * 256U + octets[at + 1] : 0;
}

// The payload of a whole IPv4 packet with UDP in it.
std::optional<absl::Span<const uint8_t>> UdpIpv4Payload(absl::Span<const uint8_t> packet) {
  if (packet.size() < kIpv4 || packet[0] >> 4 != 4) return std::nullopt;
  const size_t header = size_t{4} * (packet[0] & 0xF);
  const size_t total = U16(packet, 2);
  if (header < kIpv4 || total < header + kUdp || total > packet.size() ||
      packet[9] != IPPROTO_UDP) {
    return std::nullopt;
  }
  return packet.subspan(header + kUdp, total - header - kUdp);
}

// The payload of a whole IPv6 packet with UDP in it; ours have no extension headers.
std::optional<absl::Span<const uint8_t>> UdpIpv6Payload(absl::Span<const uint8_t> packet) {
  if (packet.size() < kIpv6 || packet[0] >> 4 != 6) return std::nullopt;
  const size_t length = U16(packet, 4);
  if (length < kUdp || kIpv6 + length > packet.size() || packet[6] != IPPROTO_UDP) {
    return std::nullopt;
  }
  return packet.subspan(kIpv6 + kUdp, length - kUdp);
}

}  // namespace

absl::Span<const uint8_t> PayloadOfLoopedBack(absl::Span<const uint8_t> frame) {
  if (const auto payload = UdpIpv4Payload(frame)) return *payload;
  if (const auto payload = UdpIpv6Payload(frame)) return *payload;
  size_t type_at = size_t{2} * ETH_ALEN;
  while (U16(frame, type_at) == ETH_P_8021Q || U16(frame, type_at) == ETH_P_8021AD) {
    type_at += kVlanTag;
  }
  const size_t packet_at = type_at + 2;
  switch (U16(frame, type_at)) {
    case ETH_P_IP:
      return UdpIpv4Payload(frame.subspan(packet_at)).value_or(frame);
    case ETH_P_IPV6:
      return UdpIpv6Payload(frame.subspan(packet_at)).value_or(frame);
    case ETH_P_1588:
      return frame.subspan(packet_at);
    default:
      return frame;
  }
}

}  // namespace ptpcore::net
