// PTP messages as values: IEEE 1588-2019 clause 13. What every type is called, how
// long it is and the like stands in message_table.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "absl/types/span.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

// messageType, table 36.
enum class MessageType : uint8_t {
  kSync = 0x0,
  kDelayReq = 0x1,
  kPdelayReq = 0x2,
  kPdelayResp = 0x3,
  kFollowUp = 0x8,
  kDelayResp = 0x9,
  kPdelayRespFollowUp = 0xA,
  kAnnounce = 0xB,
  kSignaling = 0xC,
  kManagement = 0xD,
};

// Event messages are timestamped and travel on UDP port 319, all others on 320.
constexpr bool IsEvent(MessageType type) {
  return static_cast<uint8_t>(type) < 0x8;
}

// flagField, table 37; octet 0 in the high byte, as on the wire.
enum Flag : uint16_t {
  kAlternateMaster = 0x0100,
  kTwoStep = 0x0200,
  kUnicast = 0x0400,
  kProfileSpecific1 = 0x2000,
  kProfileSpecific2 = 0x4000,
  kLeap61 = 0x0001,
  kLeap59 = 0x0002,
  kCurrentUtcOffsetValid = 0x0004,
  kPtpTimescale = 0x0008,
  kTimeTraceable = 0x0010,
  kFrequencyTraceable = 0x0020,
  kSynchronizationUncertain = 0x0040,
};

inline constexpr uint8_t kVersionPtp = 2;
inline constexpr uint8_t kMinorVersionPtp = 1;
inline constexpr size_t kHeaderSize = 34;
// The largest message that we send or accept: an Ethernet frame's payload.
inline constexpr size_t kMaxMessageSize = 1500;

// logMessageInterval where the message has none, table 42.
inline constexpr int8_t kNoLogInterval = 0x7F;

// Common header, 13.3. messageLength is not kept: it follows from the content.
struct Header {
  uint8_t major_sdo_id = 0;  // 0..15; a 2008 peer's transportSpecific
  MessageType type = MessageType::kSync;
  uint8_t minor_version = kMinorVersionPtp;  // 0..15
  uint8_t version = kVersionPtp;             // 0..15
  uint8_t domain_number = 0;
  uint8_t minor_sdo_id = 0;
  uint16_t flags = 0;
  TimeInterval correction;
  uint32_t message_type_specific = 0;
  PortIdentity source;
  uint16_t sequence_id = 0;
  uint8_t control = 0;  // controlField: ignored, kept for an exact copy
  int8_t log_message_interval = kNoLogInterval;

  bool Has(Flag flag) const { return (flags & flag) != 0; }
};

// actionField of a Management message, table 57; what else stands there is reserved.
enum class ManagementAction : uint8_t {
  kGet = 0,
  kSet = 1,
  kResponse = 2,
  kCommand = 3,
  kAcknowledge = 4,
};

// 13.5. Reserved octets are kept, here and below, for an exact copy.
struct Announce {
  Timestamp origin;
  int16_t current_utc_offset = 37;  // seconds
  uint8_t reserved = 0;
  uint8_t priority1 = 128;
  ClockQuality quality;
  uint8_t priority2 = 128;
  ClockIdentity grandmaster;
  uint16_t steps_removed = 0;
  uint8_t time_source = 0xA0;  // table 6: internal oscillator
};
// 13.6.
struct Sync {
  Timestamp origin;
};
struct DelayReq {
  Timestamp origin;
};
// 13.7.
struct FollowUp {
  Timestamp precise_origin;
};
// 13.8.
struct DelayResp {
  Timestamp receive;
  PortIdentity requesting_port;
};
// 13.9. The reserved octets make it as long as Pdelay_Resp.
struct PdelayReq {
  Timestamp origin;
  std::array<uint8_t, 10> reserved{};
};
// 13.10.
struct PdelayResp {
  Timestamp request_receipt;
  PortIdentity requesting_port;
};
// 13.11.
struct PdelayRespFollowUp {
  Timestamp response_origin;
  PortIdentity requesting_port;
};
// 13.12.
struct Signaling {
  PortIdentity target;
};
// 13.13 and 15.4.1. One MANAGEMENT or MANAGEMENT_ERROR_STATUS TLV follows.
struct Management {
  PortIdentity target;
  uint8_t starting_boundary_hops = 0;
  uint8_t boundary_hops = 0;
  ManagementAction action = ManagementAction::kGet;  // 0..15
  uint8_t reserved_before_action = 0;                // 0..15
  uint8_t reserved = 0;
};

using Body = std::variant<Sync, DelayReq, PdelayReq, PdelayResp, FollowUp, DelayResp,
                          PdelayRespFollowUp, Announce, Signaling, Management>;

// A decoded message. The spans point into the received packet and live as long.
struct Message {
  Header header;
  Body body;
  // The TLVs behind the body, checked to be whole; see tlv.h.
  absl::Span<const uint8_t> tlvs;
};

}  // namespace ptpcore::wire
