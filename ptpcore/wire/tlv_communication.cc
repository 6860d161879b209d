#include "ptpcore/wire/tlv_communication.h"

#include <algorithm>
#include <cstdint>

namespace ptpcore::wire {
namespace {

constexpr uint8_t kMulticast = 1 << 0;
constexpr uint8_t kUnicast = 1 << 1;
constexpr uint8_t kNegotiation = 1 << 2;
constexpr uint8_t kNegotiationPossible = 1 << 3;

CommunicationCapabilities ReadCapabilities(Reader& reader) {
  const uint8_t flags = reader.U8();
  CommunicationCapabilities capabilities;
  capabilities.multicast = (flags & kMulticast) != 0;
  capabilities.unicast = (flags & kUnicast) != 0;
  capabilities.unicast_negotiation = (flags & kNegotiation) != 0;
  capabilities.unicast_negotiation_possible = (flags & kNegotiationPossible) != 0;
  return capabilities;
}
void WriteCapabilities(const CommunicationCapabilities& capabilities, Writer& writer) {
  uint8_t flags = 0;
  if (capabilities.multicast) flags |= kMulticast;
  if (capabilities.unicast) flags |= kUnicast;
  if (capabilities.unicast_negotiation) flags |= kNegotiation;
  if (capabilities.unicast_negotiation_possible) flags |= kNegotiationPossible;
  writer.U8(flags);
}

}  // namespace

std::optional<PortCommunicationAvailability> PortCommunicationAvailability::Read(Reader& reader) {
  PortCommunicationAvailability tlv;
  tlv.sync = ReadCapabilities(reader);
  tlv.delay_resp = ReadCapabilities(reader);
  return tlv;
}
void PortCommunicationAvailability::Write(Writer& writer) const {
  WriteCapabilities(sync, writer);
  WriteCapabilities(delay_resp, writer);
}

std::optional<ProtocolAddress> ProtocolAddress::Read(Reader& reader) {
  const std::optional<PortAddress> address = ReadPortAddress(reader);
  if (!address) return std::nullopt;
  return ProtocolAddress{*address};
}
void ProtocolAddress::Write(Writer& writer) const {
  WritePortAddress(address, writer);
}

std::optional<PortAddress> ReadPortAddress(Reader& reader) {
  if (reader.remaining() < 4) return std::nullopt;
  PortAddress address;
  address.protocol = static_cast<NetworkProtocol>(reader.U16());
  const size_t length = reader.U16();
  if (length > address.octets.size() || length > reader.remaining()) return std::nullopt;
  address.length = static_cast<uint8_t>(length);
  reader.Octets(absl::MakeSpan(address.octets).first(length));
  return address;
}
void WritePortAddress(const PortAddress& address, Writer& writer) {
  const size_t length = std::min<size_t>(address.length, address.octets.size());
  writer.U16(static_cast<uint16_t>(address.protocol));
  writer.U16(static_cast<uint16_t>(length));
  writer.Octets(absl::MakeConstSpan(address.octets).first(length));
}

}  // namespace ptpcore::wire
