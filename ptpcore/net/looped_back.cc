#include "ptpcore/net/looped_back.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#include <algorithm>
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

struct LoopedBack {
  absl::Span<const uint8_t> payload;
  wire::PortAddress to;
};

wire::PortAddress Address(wire::NetworkProtocol protocol, absl::Span<const uint8_t> octets) {
  wire::PortAddress address;
  address.protocol = protocol;
  address.length = static_cast<uint8_t>(octets.size());
  std::copy(octets.begin(), octets.end(), address.octets.begin());
  return address;
}

// A whole IPv4 packet with UDP in it.
std::optional<LoopedBack> UdpIpv4(absl::Span<const uint8_t> packet) {
  if (packet.size() < kIpv4 || packet[0] >> 4 != 4) return std::nullopt;
  const size_t header = size_t{4} * (packet[0] & 0xF);
  const size_t total = U16(packet, 2);
  if (header < kIpv4 || total < header + kUdp || total > packet.size() ||
      packet[9] != IPPROTO_UDP) {
    return std::nullopt;
  }
  return LoopedBack{packet.subspan(header + kUdp, total - header - kUdp),
                    Address(wire::NetworkProtocol::kUdpIpv4, packet.subspan(16, 4))};
}

// A whole IPv6 packet with UDP in it; ours have no extension headers.
std::optional<LoopedBack> UdpIpv6(absl::Span<const uint8_t> packet) {
  if (packet.size() < kIpv6 || packet[0] >> 4 != 6) return std::nullopt;
  const size_t length = U16(packet, 4);
  if (length < kUdp || kIpv6 + length > packet.size() || packet[6] != IPPROTO_UDP) {
    return std::nullopt;
  }
  return LoopedBack{packet.subspan(kIpv6 + kUdp, length - kUdp),
                    Address(wire::NetworkProtocol::kUdpIpv6, packet.subspan(24, 16))};
}

LoopedBack Parse(absl::Span<const uint8_t> frame) {
  const LoopedBack unknown{frame, {}};
  if (const auto packet = UdpIpv4(frame)) return *packet;
  if (const auto packet = UdpIpv6(frame)) return *packet;
  size_t type_at = size_t{2} * ETH_ALEN;
  while (U16(frame, type_at) == ETH_P_8021Q || U16(frame, type_at) == ETH_P_8021AD) {
    type_at += kVlanTag;
  }
  const size_t packet_at = type_at + 2;
  switch (U16(frame, type_at)) {
    case ETH_P_IP:
      return UdpIpv4(frame.subspan(packet_at)).value_or(unknown);
    case ETH_P_IPV6:
      return UdpIpv6(frame.subspan(packet_at)).value_or(unknown);
    case ETH_P_1588:
      return {frame.subspan(packet_at),
              Address(wire::NetworkProtocol::kIeee8023, frame.subspan(0, ETH_ALEN))};
    default:
      return unknown;
  }
}

}  // namespace

absl::Span<const uint8_t> PayloadOfLoopedBack(absl::Span<const uint8_t> frame) {
  return Parse(frame).payload;
}

wire::PortAddress DestinationOfLoopedBack(absl::Span<const uint8_t> frame) {
  return Parse(frame).to;
}

}  // namespace ptpcore::net
