// How a port can be reached: IEEE 1588-2019 table 52's PORT_COMMUNICATION_AVAILABILITY and
// PROTOCOL_ADDRESS.
#pragma once

#include <optional>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

// CommunicationCapabilities, 5.3.12: how a port can send messages of one kind.
struct CommunicationCapabilities {
  bool multicast = false;
  bool unicast = false;
  bool unicast_negotiation = false;           // and it is enabled
  bool unicast_negotiation_possible = false;  // whether or not it is enabled
};

// Behind an Announce message.
struct PortCommunicationAvailability {
  static constexpr TlvType kType = TlvType::kPortCommunicationAvailability;

  CommunicationCapabilities sync;
  CommunicationCapabilities delay_resp;

  static std::optional<PortCommunicationAvailability> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// Behind an Announce message: the sender's address.
struct ProtocolAddress {
  static constexpr TlvType kType = TlvType::kProtocolAddress;

  PortAddress address;

  static std::optional<ProtocolAddress> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// PortAddress, 5.3.6. Absent where it is longer than any address that we know, or cut off.
std::optional<PortAddress> ReadPortAddress(Reader& reader);
void WritePortAddress(const PortAddress& address, Writer& writer);

}  // namespace ptpcore::wire
