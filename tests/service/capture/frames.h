// Frames as they stand on a wire, octet by octet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/message_table.h"
#include "service/capture/frame_source.h"

namespace hostctl::capture {

using Octets = std::vector<uint8_t>;

inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Octets Big16(size_t value) {
  return {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
}

// `data` as a frame that was received, whole.
inline Frame Received(Octets data, LinkLayer link = LinkLayer::kEthernet) {
  Frame frame;
  frame.time = absl::FromUnixSeconds(1'700'000'000);
  frame.link = link;
  frame.original_length = data.size();
  frame.data = std::move(data);
  return frame;
}

inline Octets Ethernet(size_t ethertype, const Octets& payload, const Octets& tags = {}) {
  const Octets macs = {0x01, 0x00, 0x5E, 0x00, 0x01, 0x81, 0x02, 0, 0, 0, 0, 0x01};
  return macs + tags + Big16(ethertype) + payload;
}

// From 192.0.2.1 to 224.0.1.129.
inline Octets Ipv4(uint8_t protocol, const Octets& payload, size_t fragment = 0) {
  return Octets{0x45, 0} + Big16(20 + payload.size()) + Octets{0, 1} + Big16(fragment) +
         Octets{1, protocol, 0, 0, 192, 0, 2, 1, 224, 0, 1, 129} + payload;
}

// From fe80::1 to ff02::181. `next`: the first header in `payload`.
inline Octets Ipv6(uint8_t next, const Octets& payload) {
  Octets source(16);
  source[0] = 0xFE;
  source[1] = 0x80;
  source[15] = 1;
  Octets destination(16);
  destination[0] = 0xFF;
  destination[1] = 2;
  destination[14] = 1;
  destination[15] = 0x81;
  return Octets{0x60, 0, 0, 0} + Big16(payload.size()) + Octets{next, 1} + source + destination +
         payload;
}

inline Octets Udp(size_t port, const Octets& payload) {
  return Big16(port) + Big16(port) + Big16(8 + payload.size()) + Octets{0, 0} + payload;
}

inline Octets UdpFrame(size_t port, const Octets& payload) {
  return Ethernet(0x0800, Ipv4(17, Udp(port, payload)));
}

inline Octets Encoded(const ptpcore::wire::Message& message) {
  Octets octets(ptpcore::wire::kMaxMessageSize);
  octets.resize(ptpcore::wire::Encode(message, absl::MakeSpan(octets)));
  return octets;
}

// Sequence 17, domain 0, from 000c29fffe1ddaab/1.
inline ptpcore::wire::Header HeaderOfType(ptpcore::wire::MessageType type) {
  ptpcore::wire::Header header = ptpcore::wire::HeaderOf(type);
  header.sequence_id = 17;
  header.source = {{{0x00, 0x0C, 0x29, 0xFF, 0xFE, 0x1D, 0xDA, 0xAB}}, 1};
  return header;
}

inline ptpcore::wire::Message TwoStepSync() {
  ptpcore::wire::Message message{
      HeaderOfType(ptpcore::wire::MessageType::kSync), ptpcore::wire::Sync(), {}};
  message.header.flags = ptpcore::wire::kTwoStep;
  return message;
}

}  // namespace hostctl::capture
