#include "ptpcore/protocol/unicast_terms.h"

#include "ptpcore/wire/tlv.h"

namespace ptpcore::protocol {

wire::MessageType MessageTypeOf(UnicastService service) {
  switch (service) {
    case UnicastService::kAnnounce:
      return wire::MessageType::kAnnounce;
    case UnicastService::kSync:
      return wire::MessageType::kSync;
    case UnicastService::kDelayResp:
      break;
  }
  return wire::MessageType::kDelayResp;
}

std::optional<UnicastService> UnicastServiceOf(wire::MessageType type) {
  for (UnicastService service : kUnicastServices) {
    if (MessageTypeOf(service) == type) return service;
  }
  return std::nullopt;
}

const char* ToString(UnicastService service) {
  switch (service) {
    case UnicastService::kAnnounce:
      return "Announce";
    case UnicastService::kSync:
      return "Sync";
    case UnicastService::kDelayResp:
      break;
  }
  return "Delay_Resp";
}

namespace {

template <typename T>
void ReadAs(const wire::Tlv& tlv, UnicastTlvs& out) {
  if (const std::optional<T> read = wire::DecodeTlv<T>(tlv)) out.emplace_back(*read);
}

}  // namespace

UnicastTlvs ReadUnicastTlvs(absl::Span<const uint8_t> tlvs) {
  UnicastTlvs out;
  for (wire::TlvCursor cursor(tlvs); const std::optional<wire::Tlv> tlv = cursor.Next();) {
    if (out.size() == kMostUnicastTlvs) break;
    ReadAs<wire::RequestUnicastTransmission>(*tlv, out);
    ReadAs<wire::GrantUnicastTransmission>(*tlv, out);
    ReadAs<wire::CancelUnicastTransmission>(*tlv, out);
    ReadAs<wire::AcknowledgeCancelUnicastTransmission>(*tlv, out);
  }
  return out;
}

wire::AcknowledgeCancelUnicastTransmission Acknowledge(
    const wire::CancelUnicastTransmission& cancel) {
  return {cancel.message_type, cancel.maintain_request, cancel.maintain_grant};
}

TlvOctets WriteUnicastTlvs(const UnicastTlvs& tlvs) {
  TlvOctets octets;
  for (const UnicastTlv& tlv : tlvs) {
    std::visit([&](const auto& value) { wire::AppendTlv(value, octets); }, tlv);
  }
  return octets;
}

}  // namespace ptpcore::protocol
