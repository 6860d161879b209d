#include "ptpcore/wire/codec.h"

#include <optional>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {
namespace {

constexpr size_t kTimestampSize = 10;
constexpr size_t kPortIdentitySize = 10;

// Body sizes by type (13.5 to 13.12); absent for reserved types.
std::optional<size_t> BodySize(uint8_t type) {
  switch (static_cast<MessageType>(type)) {
    case MessageType::kSync:
    case MessageType::kDelayReq:
    case MessageType::kFollowUp:
      return kTimestampSize;
    case MessageType::kPdelayReq:
      return kTimestampSize + 10;  // reserved octets make it as long as Pdelay_Resp
    case MessageType::kDelayResp:
    case MessageType::kPdelayResp:
    case MessageType::kPdelayRespFollowUp:
      return kTimestampSize + kPortIdentitySize;
    case MessageType::kAnnounce:
      return kTimestampSize + 20;
    case MessageType::kSignaling:
      return kPortIdentitySize;
    case MessageType::kManagement:
      return kPortIdentitySize + 4;
  }
  return std::nullopt;
}

Header ReadHeader(absl::Span<const uint8_t> packet, uint16_t& message_length) {
  Reader reader(packet);
  Header header;
  const uint8_t first = reader.U8();
  header.major_sdo_id = first >> 4;
  header.type = static_cast<MessageType>(first & 0xF);
  const uint8_t version = reader.U8();
  header.minor_version = version >> 4;
  header.version = version & 0xF;
  message_length = reader.U16();
  header.domain_number = reader.U8();
  header.minor_sdo_id = reader.U8();
  header.flags = reader.U16();
  header.correction.scaled_ns = static_cast<int64_t>(reader.U64());
  header.message_type_specific = reader.U32();
  header.source = reader.Port();
  header.sequence_id = reader.U16();
  header.control = reader.U8();
  header.log_message_interval = static_cast<int8_t>(reader.U8());
  return header;
}

void WriteHeader(const Header& header, size_t message_length, Writer& writer) {
  writer.U8(static_cast<uint8_t>(header.major_sdo_id << 4 | static_cast<uint8_t>(header.type)));
  writer.U8(static_cast<uint8_t>(header.minor_version << 4 | header.version));
  writer.U16(static_cast<uint16_t>(message_length));
  writer.U8(header.domain_number);
  writer.U8(header.minor_sdo_id);
  writer.U16(header.flags);
  writer.U64(static_cast<uint64_t>(header.correction.scaled_ns));
  writer.U32(header.message_type_specific);
  writer.Port(header.source);
  writer.U16(header.sequence_id);
  writer.U8(header.control);
  writer.U8(static_cast<uint8_t>(header.log_message_interval));
}

// Whether a body of this kind belongs to this type.
bool Fits(const Body& body, MessageType type) {
  switch (type) {
    case MessageType::kSync:
      return std::holds_alternative<Sync>(body);
    case MessageType::kDelayReq:
      return std::holds_alternative<DelayReq>(body);
    case MessageType::kFollowUp:
      return std::holds_alternative<FollowUp>(body);
    case MessageType::kDelayResp:
      return std::holds_alternative<DelayResp>(body);
    case MessageType::kAnnounce:
      return std::holds_alternative<Announce>(body);
    default:
      return std::holds_alternative<OtherBody>(body);
  }
}

Body ReadBody(MessageType type, absl::Span<const uint8_t> octets) {
  Reader reader(octets);
  switch (type) {
    case MessageType::kSync:
      return Sync{reader.Time()};
    case MessageType::kDelayReq:
      return DelayReq{reader.Time()};
    case MessageType::kFollowUp:
      return FollowUp{reader.Time()};
    case MessageType::kDelayResp: {
      DelayResp body;
      body.receive = reader.Time();
      body.requesting_port = reader.Port();
      return body;
    }
    case MessageType::kAnnounce: {
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
    default:
      return OtherBody{octets};
  }
}

struct BodyWriter {
  Writer& writer;

  void operator()(const Sync& body) const { writer.Time(body.origin); }
  void operator()(const DelayReq& body) const { writer.Time(body.origin); }
  void operator()(const FollowUp& body) const { writer.Time(body.precise_origin); }
  void operator()(const DelayResp& body) const {
    writer.Time(body.receive);
    writer.Port(body.requesting_port);
  }
  void operator()(const Announce& body) const {
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
  void operator()(const OtherBody& body) const { writer.Octets(body.octets); }
};

}  // namespace

size_t MinimumSize(MessageType type) {
  return kHeaderSize + BodySize(static_cast<uint8_t>(type)).value_or(0);
}

std::variant<Message, DecodeError> Decode(absl::Span<const uint8_t> packet) {
  if (packet.size() < kHeaderSize) return DecodeError::kTruncated;
  // The version comes first: another version may lay out all that follows differently.
  if ((packet[1] & 0xF) != kVersionPtp) return DecodeError::kVersion;
  const std::optional<size_t> body_size = BodySize(packet[0] & 0xF);
  if (!body_size) return DecodeError::kUnknownType;

  Message message;
  uint16_t length = 0;
  message.header = ReadHeader(packet, length);
  if (length < kHeaderSize + *body_size) return DecodeError::kMessageLength;
  if (length > packet.size()) return DecodeError::kTruncated;

  const absl::Span<const uint8_t> content = packet.subspan(kHeaderSize, length - kHeaderSize);
  message.body = ReadBody(message.header.type, content);
  const absl::Span<const uint8_t> tlvs = content.subspan(*body_size);
  if (!IsTlvChain(tlvs)) return DecodeError::kTlv;
  if (!std::holds_alternative<OtherBody>(message.body)) message.tlvs = tlvs;
  return message;
}

size_t Encode(const Message& message, absl::Span<uint8_t> out) {
  if (!Fits(message.body, message.header.type)) return 0;
  const auto* other = std::get_if<OtherBody>(&message.body);
  const size_t size = other != nullptr ? kHeaderSize + other->octets.size()
                                       : MinimumSize(message.header.type) + message.tlvs.size();
  if (size > out.size() || size > UINT16_MAX) return 0;
  Writer writer(out);
  WriteHeader(message.header, size, writer);
  std::visit(BodyWriter{writer}, message.body);
  writer.Octets(message.tlvs);
  return size;
}

}  // namespace ptpcore::wire
