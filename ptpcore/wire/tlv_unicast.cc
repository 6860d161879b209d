#include "ptpcore/wire/tlv_unicast.h"

namespace ptpcore::wire {
namespace {

constexpr uint8_t kRenewalInvited = 1 << 0;
constexpr uint8_t kMaintainRequest = 1 << 0;
constexpr uint8_t kMaintainGrant = 1 << 1;

// messageType stands in the upper half of its octet.
MessageType UpperHalf(uint8_t octet) {
  return static_cast<MessageType>(octet >> 4);
}
uint8_t InUpperHalf(MessageType type) {
  return static_cast<uint8_t>(static_cast<uint8_t>(type) << 4);
}

// A cancellation and its acknowledgement look alike.
template <typename T>
T ReadCancel(Reader& reader) {
  const uint8_t octet = reader.U8();
  T tlv;
  tlv.message_type = UpperHalf(octet);
  tlv.maintain_request = (octet & kMaintainRequest) != 0;
  tlv.maintain_grant = (octet & kMaintainGrant) != 0;
  return tlv;
}
template <typename T>
void WriteCancel(const T& tlv, Writer& writer) {
  uint8_t octet = InUpperHalf(tlv.message_type);
  if (tlv.maintain_request) octet |= kMaintainRequest;
  if (tlv.maintain_grant) octet |= kMaintainGrant;
  writer.U8(octet);
  writer.U8(0);
}

}  // namespace

std::optional<RequestUnicastTransmission> RequestUnicastTransmission::Read(Reader& reader) {
  RequestUnicastTransmission tlv;
  tlv.message_type = UpperHalf(reader.U8());
  tlv.log_inter_message_period = static_cast<int8_t>(reader.U8());
  tlv.duration_s = reader.U32();
  return tlv;
}
void RequestUnicastTransmission::Write(Writer& writer) const {
  writer.U8(InUpperHalf(message_type));
  writer.U8(static_cast<uint8_t>(log_inter_message_period));
  writer.U32(duration_s);
}

std::optional<GrantUnicastTransmission> GrantUnicastTransmission::Read(Reader& reader) {
  GrantUnicastTransmission tlv;
  tlv.message_type = UpperHalf(reader.U8());
  tlv.log_inter_message_period = static_cast<int8_t>(reader.U8());
  tlv.duration_s = reader.U32();
  reader.U8();
  tlv.renewal_invited = (reader.U8() & kRenewalInvited) != 0;
  return tlv;
}
void GrantUnicastTransmission::Write(Writer& writer) const {
  writer.U8(InUpperHalf(message_type));
  writer.U8(static_cast<uint8_t>(log_inter_message_period));
  writer.U32(duration_s);
  writer.U8(0);
  writer.U8(renewal_invited ? kRenewalInvited : 0);
}

std::optional<CancelUnicastTransmission> CancelUnicastTransmission::Read(Reader& reader) {
  return ReadCancel<CancelUnicastTransmission>(reader);
}
void CancelUnicastTransmission::Write(Writer& writer) const {
  WriteCancel(*this, writer);
}

std::optional<AcknowledgeCancelUnicastTransmission> AcknowledgeCancelUnicastTransmission::Read(
    Reader& reader) {
  return ReadCancel<AcknowledgeCancelUnicastTransmission>(reader);
}
void AcknowledgeCancelUnicastTransmission::Write(Writer& writer) const {
  WriteCancel(*this, writer);
}

}  // namespace ptpcore::wire
