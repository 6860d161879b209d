// What the error queue hands back with a transmit timestamp: the frame as it was
// when the driver stamped it.
#pragma once

#include <cstdint>

#include "absl/types/span.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::net {

// The payload of a looped-back packet: of UDP over IPv4 or IPv6, or of Ethernet with PTP's
// own ethertype. It begins at its Ethernet header (with VLAN tags where the driver leaves
// them to the kernel) or at its IP header. What is neither is taken to be the payload.
absl::Span<const uint8_t> PayloadOfLoopedBack(absl::Span<const uint8_t> frame);

// To whom it was sent: the destination in its IP header, or in its Ethernet header. Of no
// protocol where it has neither.
wire::PortAddress DestinationOfLoopedBack(absl::Span<const uint8_t> frame);

}  // namespace ptpcore::net
