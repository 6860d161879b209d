// The terms of unicast message negotiation: IEEE 1588-2019 16.1. A client (the
// requester) asks a server (the grantor) for messages of one type, at a rate, for a
// while. Shared by unicast_client.h and unicast_server.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "ptpcore/protocol/actions.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/tlv_unicast.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// What can be asked for here; each is negotiated on its own.
enum class UnicastService : uint8_t { kAnnounce, kSync, kDelayResp };
inline constexpr size_t kUnicastServiceCount = 3;
inline constexpr std::array<UnicastService, kUnicastServiceCount> kUnicastServices = {
    UnicastService::kAnnounce, UnicastService::kSync, UnicastService::kDelayResp};

constexpr size_t IndexOf(UnicastService service) {
  return static_cast<size_t>(service);
}
wire::MessageType MessageTypeOf(UnicastService service);
// Absent for a type that is not negotiated, or not here (Pdelay_Resp).
std::optional<UnicastService> UnicastServiceOf(wire::MessageType type);
// `Delay_Resp`, as the standard writes it.
const char* ToString(UnicastService service);

// How long a grant may sanely last. 10 s is the least that ITU-T G.8265.1 and G.8275.2 know.
inline constexpr uint32_t kShortestGrantS = 10;
inline constexpr uint32_t kLongestGrantS = 86'400;

constexpr bool IsSaneGrantDuration(uint32_t duration_s) {
  return duration_s >= kShortestGrantS && duration_s <= kLongestGrantS;
}

// What is said in Signaling messages, one TLV each.
using UnicastTlv =
    std::variant<wire::RequestUnicastTransmission, wire::GrantUnicastTransmission,
                 wire::CancelUnicastTransmission, wire::AcknowledgeCancelUnicastTransmission>;
using UnicastTlvs = absl::InlinedVector<UnicastTlv, kUnicastServiceCount>;

// Those among the TLVs of a message. At most kMostUnicastTlvs: no port has more to say,
// and the answer to each must fit into one message.
inline constexpr size_t kMostUnicastTlvs = 16;
UnicastTlvs ReadUnicastTlvs(absl::Span<const uint8_t> tlvs);

wire::AcknowledgeCancelUnicastTransmission Acknowledge(
    const wire::CancelUnicastTransmission& cancel);

// One Signaling message that is to be sent to `to`.
struct UnicastSignal {
  wire::PortAddress to;
  wire::PortIdentity target;
  UnicastTlvs tlvs;
};
using UnicastSignals = absl::InlinedVector<UnicastSignal, 1>;
TlvOctets WriteUnicastTlvs(const UnicastTlvs& tlvs);

// targetPortIdentity of a port whose identity is not known: all ports (13.12.2.1).
inline constexpr wire::PortIdentity kAnyPort = {{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}},
                                                0xFFFF};

}  // namespace ptpcore::protocol
