#include "service/capture/ptp_frame.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/message_table.h"

namespace hostctl::capture {
namespace {

namespace wire = ptpcore::wire;

constexpr uint32_t kNanosecondsPerSecond = 1'000'000'000;

wire::NetworkProtocol TransportOf(const PacketLayers& layers) {
  if (layers.ethertype == kPtpEthertype) return wire::NetworkProtocol::kIeee8023;
  const uint16_t port = layers.destination_port.value_or(0);
  if (port != kEventPort && port != kGeneralPort) {
    return wire::NetworkProtocol::kNone;
  }
  return layers.ethertype == ETH_P_IPV6 ? wire::NetworkProtocol::kUdpIpv6
                                        : wire::NetworkProtocol::kUdpIpv4;
}

// The header, 13.3, of a message whose rest may be wrong or missing: decoded as the message
// without a body that Decode() would take.
std::optional<wire::Header> HeaderIn(absl::Span<const uint8_t> octets) {
  if (octets.size() < wire::kHeaderSize || (octets[1] & 0xF) != wire::kVersionPtp) {
    return std::nullopt;
  }
  const auto type = static_cast<wire::MessageType>(octets[0] & 0xF);
  if (wire::FindMessageTraits(type) == nullptr) return std::nullopt;
  std::vector<uint8_t> whole(wire::MinimumSize(type));
  std::copy_n(octets.begin(), wire::kHeaderSize, whole.begin());
  whole[2] = static_cast<uint8_t>(whole.size() >> 8);
  whole[3] = static_cast<uint8_t>(whole.size());
  const auto decoded = wire::Decode(whole);
  const auto* message = std::get_if<wire::Message>(&decoded);
  if (message == nullptr) return std::nullopt;
  return message->header;
}

std::string WordsFor(wire::DecodeError error, absl::Span<const uint8_t> octets) {
  const size_t stated = octets.size() < 4 ? 0 : static_cast<size_t>(octets[2] << 8 | octets[3]);
  const auto type = static_cast<wire::MessageType>(octets.empty() ? 0 : octets[0] & 0xF);
  switch (error) {
    case wire::DecodeError::kTruncated:
      return octets.size() < wire::kHeaderSize
                 ? absl::StrCat("cut off: ", octets.size(), " octets, a PTP header has ",
                                wire::kHeaderSize)
                 : absl::StrCat("messageLength says ", stated, " octets, there are ",
                                octets.size());
    case wire::DecodeError::kVersion:
      return absl::StrCat("versionPTP is ", octets[1] & 0xF, ", not 2");
    case wire::DecodeError::kUnknownType:
      return absl::StrFormat("messageType 0x%x is reserved", octets[0] & 0xF);
    case wire::DecodeError::kMessageLength:
      return absl::StrCat("messageLength ", stated, " is too short: ", wire::ToString(type),
                          " has ", wire::MinimumSize(type), " octets");
    case wire::DecodeError::kTlv:
      return "a TLV runs past the end of the message";
  }
  return "";
}

// The timestamp in a body; null where it has none.
struct TimestampIn {
  const wire::Timestamp* operator()(const wire::Sync& m) const { return &m.origin; }
  const wire::Timestamp* operator()(const wire::DelayReq& m) const { return &m.origin; }
  const wire::Timestamp* operator()(const wire::PdelayReq& m) const { return &m.origin; }
  const wire::Timestamp* operator()(const wire::PdelayResp& m) const { return &m.request_receipt; }
  const wire::Timestamp* operator()(const wire::FollowUp& m) const { return &m.precise_origin; }
  const wire::Timestamp* operator()(const wire::DelayResp& m) const { return &m.receive; }
  const wire::Timestamp* operator()(const wire::PdelayRespFollowUp& m) const {
    return &m.response_origin;
  }
  const wire::Timestamp* operator()(const wire::Announce& m) const { return &m.origin; }
  const wire::Timestamp* operator()(const wire::Signaling& /*m*/) const { return nullptr; }
  const wire::Timestamp* operator()(const wire::Management& /*m*/) const { return nullptr; }
};

// What the codec lets pass and is wrong all the same.
std::string Complaint(const wire::Message& message, const PacketLayers& layers) {
  const wire::MessageType type = message.header.type;
  if (layers.destination_port) {
    const uint16_t port = wire::IsEvent(type) ? kEventPort : kGeneralPort;
    if (*layers.destination_port != port) {
      return absl::StrCat(wire::ToString(type), " came to port ", *layers.destination_port,
                          ", its port is ", port);
    }
  }
  const wire::Timestamp* timestamp = std::visit(TimestampIn(), message.body);
  if (timestamp != nullptr && timestamp->nanoseconds >= kNanosecondsPerSecond) {
    return absl::StrCat("a timestamp has ", timestamp->nanoseconds, " nanoseconds");
  }
  if (message.header.source.port == 0 || message.header.source.port == wire::kAllPorts.port) {
    return absl::StrCat("the sender's portNumber is ", message.header.source.port);
  }
  return "";
}

void DecodeMessage(DecodedFrame& decoded) {
  const PacketLayers& layers = decoded.layers;
  decoded.header = HeaderIn(layers.payload);
  if (layers.fragment) {
    decoded.malformed = "a fragment of an IP packet; PTP is not to be fragmented";
    return;
  }
  const auto result = wire::Decode(layers.payload);
  if (const auto* message = std::get_if<wire::Message>(&result)) {
    decoded.message = *message;
    decoded.malformed = Complaint(*message, layers);
    return;
  }
  const auto error = std::get<wire::DecodeError>(result);
  // Who cut it on purpose cannot blame the sender.
  const bool cut = layers.payload.size() < layers.payload_length;
  if (cut && (error == wire::DecodeError::kTruncated || error == wire::DecodeError::kTlv)) return;
  decoded.malformed = WordsFor(error, layers.payload);
}

}  // namespace

DecodedFrame DecodeFrame(const Frame& frame) {
  DecodedFrame decoded;
  decoded.layers = ParseLayers(frame.data, frame.link, frame.original_length);
  decoded.transport = TransportOf(decoded.layers);
  decoded.malformed = decoded.layers.malformed;
  if (!decoded.malformed.empty()) return decoded;
  if (decoded.is_ptp()) {
    DecodeMessage(decoded);
  } else if (decoded.layers.ip_protocol == IPPROTO_IGMP && decoded.layers.ip()) {
    decoded.membership = ParseIgmp(decoded.layers.payload);
  } else if (decoded.layers.ip_protocol == IPPROTO_ICMPV6 && decoded.layers.ip()) {
    decoded.membership = ParseMld(decoded.layers.payload);
  }
  return decoded;
}

bool IsWanted(const Frame& frame, FrameFilter filter) {
  if (filter == FrameFilter::kAll) return true;
  const DecodedFrame decoded = DecodeFrame(frame);
  return decoded.is_ptp() ||
         (filter == FrameFilter::kPtpAndMembership && decoded.membership.has_value());
}

}  // namespace hostctl::capture
