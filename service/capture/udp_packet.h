// An IP packet made anew from what a UDP socket tells: addresses, ports, TTL, payload.
// Checksums are right; what no socket tells (identification, flow label) is zero.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace hostctl::capture {

struct UdpPacket {
  // Both of 4 octets (IPv4) or of 16 (IPv6).
  absl::Span<const uint8_t> source;
  absl::Span<const uint8_t> destination;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint8_t hop_limit = 0;
  absl::Span<const uint8_t> payload;  // at most 65507 octets
};

std::vector<uint8_t> IpPacketOf(const UdpPacket& packet);

}  // namespace hostctl::capture
