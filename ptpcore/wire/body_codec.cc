#include "ptpcore/wire/body_codec.h"

#include <array>
#include <variant>

namespace ptpcore::wire {
namespace {

// Read() and Write() of a body are mirror images: a field that one has, the other has
// in the same place.

Announce ReadAnnounce(Reader& reader) {
  Announce body;
  body.origin = reader.Time();
  body.current_utc_offset = static_cast<int16_t>(reader.U16());
  body.reserved = reader.U8();
  body.priority1 = reader.U8();
  body.quality.clock_class = reader.U8();
  body.quality.clock_accuracy = reader.U8();
  body.quality.offset_scaled_log_variance = reader.U16();
  body.priority2 = reader.U8();
  body.grandmaster = reader.Clock();
  body.steps_removed = reader.U16();
  body.time_source = reader.U8();
  return body;
}
void Write(const Announce& body, Writer& writer) {
  writer.Time(body.origin);
  writer.U16(static_cast<uint16_t>(body.current_utc_offset));
  writer.U8(body.reserved);
  writer.U8(body.priority1);
  writer.U8(body.quality.clock_class);
  writer.U8(body.quality.clock_accuracy);
  writer.U16(body.quality.offset_scaled_log_variance);
  writer.U8(body.priority2);
  writer.Clock(body.grandmaster);
  writer.U16(body.steps_removed);
  writer.U8(body.time_source);
}

void Write(const Sync& body, Writer& writer) {
  writer.Time(body.origin);
}
void Write(const DelayReq& body, Writer& writer) {
  writer.Time(body.origin);
}
void Write(const FollowUp& body, Writer& writer) {
  writer.Time(body.precise_origin);
}

PdelayReq ReadPdelayReq(Reader& reader) {
  PdelayReq body;
  body.origin = reader.Time();
  reader.Octets(absl::MakeSpan(body.reserved));
  return body;
}
void Write(const PdelayReq& body, Writer& writer) {
  writer.Time(body.origin);
  writer.Octets(body.reserved);
}

// A timestamp and the port whose request is answered: the layout of three messages.
template <typename Response>
Response ReadResponse(Reader& reader) {
  const Timestamp timestamp = reader.Time();
  return {timestamp, reader.Port()};
}
void Write(const DelayResp& body, Writer& writer) {
  writer.Time(body.receive);
  writer.Port(body.requesting_port);
}
void Write(const PdelayResp& body, Writer& writer) {
  writer.Time(body.request_receipt);
  writer.Port(body.requesting_port);
}
void Write(const PdelayRespFollowUp& body, Writer& writer) {
  writer.Time(body.response_origin);
  writer.Port(body.requesting_port);
}

void Write(const Signaling& body, Writer& writer) {
  writer.Port(body.target);
}

Management ReadManagement(Reader& reader) {
  Management body;
  body.target = reader.Port();
  body.starting_boundary_hops = reader.U8();
  body.boundary_hops = reader.U8();
  const uint8_t action = reader.U8();
  body.reserved_before_action = action >> 4;
  body.action = static_cast<ManagementAction>(action & 0xF);
  body.reserved = reader.U8();
  return body;
}
void Write(const Management& body, Writer& writer) {
  writer.Port(body.target);
  writer.U8(body.starting_boundary_hops);
  writer.U8(body.boundary_hops);
  writer.U8(static_cast<uint8_t>(body.reserved_before_action << 4 |
                                 (static_cast<uint8_t>(body.action) & 0xF)));
  writer.U8(body.reserved);
}

// In the order of the alternatives of Body.
constexpr std::array<MessageType, std::variant_size_v<Body>> kTypeOfAlternative = {
    MessageType::kSync,
    MessageType::kDelayReq,
    MessageType::kPdelayReq,
    MessageType::kPdelayResp,
    MessageType::kFollowUp,
    MessageType::kDelayResp,
    MessageType::kPdelayRespFollowUp,
    MessageType::kAnnounce,
    MessageType::kSignaling,
    MessageType::kManagement,
};

}  // namespace

MessageType TypeOf(const Body& body) {
  return kTypeOfAlternative[body.index()];
}

Body DecodeBody(MessageType type, absl::Span<const uint8_t> octets) {
  Reader reader(octets);
  switch (type) {
    case MessageType::kSync:
      return Sync{reader.Time()};
    case MessageType::kDelayReq:
      return DelayReq{reader.Time()};
    case MessageType::kPdelayReq:
      return ReadPdelayReq(reader);
    case MessageType::kPdelayResp:
      return ReadResponse<PdelayResp>(reader);
    case MessageType::kFollowUp:
      return FollowUp{reader.Time()};
    case MessageType::kDelayResp:
      return ReadResponse<DelayResp>(reader);
    case MessageType::kPdelayRespFollowUp:
      return ReadResponse<PdelayRespFollowUp>(reader);
    case MessageType::kAnnounce:
      return ReadAnnounce(reader);
    case MessageType::kSignaling:
      return Signaling{reader.Port()};
    case MessageType::kManagement:
      return ReadManagement(reader);
  }
  return Sync{};
}

void EncodeBody(const Body& body, Writer& writer) {
  std::visit([&writer](const auto& b) { Write(b, writer); }, body);
}

}  // namespace ptpcore::wire
