// The headers of a frame down to UDP: Ethernet II with VLAN tags, IPv4 (RFC 791), IPv6
// with extension headers (RFC 8200), UDP (RFC 768). Pure; never reads past its input.
// Checksums are not looked at: of frames of this host the device fills them in later.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "service/capture/frame_source.h"

namespace hostctl::capture {

using Mac = std::array<uint8_t, 6>;

// `02:00:00:00:00:01`.
std::string ToString(const Mac& mac);

struct PacketLayers {
  std::optional<Mac> source_mac;  // absent where the frame begins with IP
  std::optional<Mac> destination_mac;
  std::optional<uint16_t> vlan;  // of the innermost tag; 0: it carries a priority only
  uint16_t ethertype = 0;        // behind the tags; of a frame that begins with IP its IP's
  std::string source_ip;         // `192.0.2.1`, `fe80::1`; empty without IP
  std::string destination_ip;
  uint8_t ip_protocol = 0;              // of what follows the IP headers
  uint8_t hop_limit = 0;                // TTL in IPv4
  bool fragment = false;                // one of several: `payload` is not a whole one
  std::optional<uint16_t> source_port;  // of UDP
  std::optional<uint16_t> destination_port;
  absl::Span<const uint8_t> payload;  // behind the last header that was understood
  size_t payload_length = 0;          // before the frame was cut
  std::string malformed;              // what is wrong with a header; empty: nothing

  bool ip() const { return !source_ip.empty(); }
};

// Takes the headers off. `original_length` as in Frame: a frame that was cut on purpose is
// not malformed for that, `payload` is what there is of it.
PacketLayers ParseLayers(absl::Span<const uint8_t> frame, LinkLayer link, size_t original_length);

}  // namespace hostctl::capture
