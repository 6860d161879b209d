// Fuzz input as numbers, and as packets that are likely to matter: valid ones, from a few
// clocks that know each other, in the domain and of the sequence that is waited for.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/message.h"

namespace fuzz {

namespace wire = ptpcore::wire;

inline constexpr wire::ClockIdentity kOurs = {{{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0B}}};
// The last octet of the other clocks' identities: this and the seven after it.
inline constexpr uint8_t kFirstOther = 0x10;

// Every clock has an address of its own: 192.0.2.16 and so on.
inline wire::PortAddress AddressOf(const wire::PortIdentity& port) {
  wire::PortAddress address;
  address.protocol = wire::NetworkProtocol::kUdpIpv4;
  address.length = 4;
  address.octets = {192, 0, 2, port.clock.octets[7]};
  return address;
}

// Reads zeros behind its end.
class Input {
 public:
  explicit Input(absl::Span<const uint8_t> octets) : rest_(octets) {}

  bool empty() const { return rest_.empty(); }
  uint8_t U8() {
    if (rest_.empty()) return 0;
    const uint8_t value = rest_.front();
    rest_.remove_prefix(1);
    return value;
  }
  uint16_t U16() {
    const unsigned high = U8();
    return static_cast<uint16_t>(high << 8 | U8());
  }
  // A copy of its own, so that a sanitizer sees a read past it.
  std::vector<uint8_t> Octets(size_t length) {
    length = std::min(length, rest_.size());
    std::vector<uint8_t> octets(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(length));
    rest_.remove_prefix(length);
    return octets;
  }

 private:
  absl::Span<const uint8_t> rest_;
};

// What a packet has to know to be believed.
struct Surroundings {
  wire::PortIdentity us;
  std::optional<wire::PortIdentity> parent;
  uint8_t domain_number = 0;
  uint16_t sdo_id = 0;
  uint16_t last_sent = 0;  // sequenceId of our last event message
  int64_t time_ns = 0;     // of our clock
};

// A TLV of unicast negotiation: a request, a grant or a cancellation.
inline std::vector<uint8_t> UnicastTerms(uint8_t what, uint8_t interval, uint8_t duration) {
  constexpr uint8_t kServices[] = {0xB0, 0x00, 0x90, 0x30};  // messageType in the upper four bits
  const uint8_t service = kServices[what / 4 % 4];
  const auto log_interval = static_cast<uint8_t>(interval < 0xC0 ? interval % 8 : interval);
  // Mostly minutes; none at all, and more than a lifetime, too.
  const uint8_t high = duration >= 0xF0 ? 0xFF : 0;
  const std::array<uint8_t, 4> seconds = {high, high, high, static_cast<uint8_t>(duration / 2)};
  switch (what % 4) {
    case 0:
      return {0, 4, 0, 6, service, log_interval, seconds[0], seconds[1], seconds[2], seconds[3]};
    case 1:
      return {0,          5,          0,          8,          service, log_interval,
              seconds[0], seconds[1], seconds[2], seconds[3], 0,       1};
    default:
      return {0, static_cast<uint8_t>(4 + what % 4), 0, 2, service, 0};
  }
}

// Consumes 10 octets: type, sender, sequenceId, flags, correction, time, and four for the
// body.
inline std::vector<uint8_t> ShapePacket(Input& input, const Surroundings& is) {
  constexpr wire::MessageType kTypes[] = {
      wire::MessageType::kSync,      wire::MessageType::kDelayReq,
      wire::MessageType::kPdelayReq, wire::MessageType::kPdelayResp,
      wire::MessageType::kFollowUp,  wire::MessageType::kDelayResp,
      wire::MessageType::kAnnounce,  wire::MessageType::kPdelayRespFollowUp};
  wire::Message message;
  std::vector<uint8_t> tlvs;
  wire::Header& header = message.header;
  header.type = kTypes[input.U8() % std::size(kTypes)];

  // One of eight other clocks, our parent, or (a loop, or a thief) ourselves.
  const uint8_t sender = input.U8();
  header.source.clock = kOurs;
  header.source.clock.octets[7] = static_cast<uint8_t>(kFirstOther + sender % 8);
  header.source.port = static_cast<uint16_t>(1 + sender / 8 % 2);
  if (sender >= 0xF8) header.source.clock = kOurs;
  if (sender >= 0x80 && sender < 0xF8 && is.parent) header.source = *is.parent;

  header.domain_number = is.domain_number;
  header.major_sdo_id = static_cast<uint8_t>(is.sdo_id >> 8);
  header.minor_sdo_id = static_cast<uint8_t>(is.sdo_id);
  const uint8_t sequence = input.U8();
  header.sequence_id = sequence < 0x80 ? sequence : static_cast<uint16_t>(is.last_sent + sequence);
  if (sequence >= 0xF0) header.sequence_id = is.last_sent;
  const uint8_t flags = input.U8();
  header.flags = static_cast<uint16_t>((flags & 0x3F) | ((flags & 0x40) != 0 ? 0x0200 : 0) |
                                       ((flags & 0x80) != 0 ? 0x0400 : 0));
  // From nothing over milliseconds to the extremes of the field.
  const uint8_t correction = input.U8();
  header.correction.scaled_ns =
      correction < 0x80 ? int64_t{correction} << 28
                        : (correction & 1 ? INT64_MAX - correction : INT64_MIN + correction);

  // About our own time, or somewhere between the epoch and the end of 48 bits of seconds.
  const uint8_t when = input.U8();
  wire::Timestamp time;
  time.seconds = static_cast<uint64_t>(is.time_ns / 1'000'000'000);
  time.nanoseconds = static_cast<uint32_t>(is.time_ns % 1'000'000'000);
  if (when >= 0xE0)
    time.seconds = (uint64_t{1} << (when & 0x1F) * 48 / 31) - 1;
  else
    time.seconds += when < 0x40 ? when % 4 * 37 : 0;

  const uint8_t a = input.U8(), b = input.U8(), c = input.U8(), d = input.U8();
  header.log_message_interval = static_cast<int8_t>(d % 16 - 8);
  switch (header.type) {
    case wire::MessageType::kSync:
      message.body = wire::Sync{time};
      break;
    case wire::MessageType::kDelayReq:
      message.body = wire::DelayReq{time};
      break;
    case wire::MessageType::kPdelayReq:
      message.body = wire::PdelayReq{time};
      break;
    case wire::MessageType::kPdelayResp:
      message.body = wire::PdelayResp{time, is.us};
      break;
    case wire::MessageType::kFollowUp:
      message.body = wire::FollowUp{time};
      break;
    case wire::MessageType::kDelayResp:
      message.body = wire::DelayResp{time, is.us};
      break;
    case wire::MessageType::kPdelayRespFollowUp:
      message.body = wire::PdelayRespFollowUp{time, is.us};
      break;
    case wire::MessageType::kSignaling:
      message.body = wire::Signaling{d < 0x80 ? wire::kAllPorts : is.us};
      tlvs = UnicastTerms(a, b, c);
      message.tlvs = tlvs;
      break;
    default: {
      wire::Announce announce;
      announce.priority1 = a;
      announce.quality.clock_class = b;
      announce.steps_removed = c;
      announce.grandmaster = header.source.clock;
      if (d >= 0x80) announce.grandmaster.octets[7] = static_cast<uint8_t>(kFirstOther + d % 8);
      if (d >= 0xF8) announce.grandmaster = kOurs;
      message.body = announce;
    }
  }
  std::vector<uint8_t> octets(wire::kMaxMessageSize);
  octets.resize(wire::Encode(message, absl::MakeSpan(octets)));
  return octets;
}

}  // namespace fuzz
