#include "ptpcore/wire/codec.h"

#include "ptpcore/wire/body_codec.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/message_table.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {
namespace {

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

}  // namespace

std::variant<Message, DecodeError> Decode(absl::Span<const uint8_t> packet) {
  if (packet.size() < kHeaderSize) return DecodeError::kTruncated;
  // The version comes first: another version may lay out all that follows differently.
  if ((packet[1] & 0xF) != kVersionPtp) return DecodeError::kVersion;
  const MessageTraits* traits = FindMessageTraits(static_cast<MessageType>(packet[0] & 0xF));
  if (traits == nullptr) return DecodeError::kUnknownType;

  Message message;
  uint16_t length = 0;
  message.header = ReadHeader(packet, length);
  if (length < kHeaderSize + traits->body_size) return DecodeError::kMessageLength;
  if (length > packet.size()) return DecodeError::kTruncated;

  const absl::Span<const uint8_t> content = packet.subspan(kHeaderSize, length - kHeaderSize);
  message.body = DecodeBody(message.header.type, content);
  message.tlvs = content.subspan(traits->body_size);
  if (!IsTlvChain(message.tlvs)) return DecodeError::kTlv;
  return message;
}

size_t Encode(const Message& message, absl::Span<uint8_t> out) {
  if (TypeOf(message.body) != message.header.type) return 0;
  const size_t size = MinimumSize(message.header.type) + message.tlvs.size();
  if (size > out.size() || size > UINT16_MAX) return 0;
  Writer writer(out);
  WriteHeader(message.header, size, writer);
  EncodeBody(message.body, writer);
  writer.Octets(message.tlvs);
  return size;
}

}  // namespace ptpcore::wire
