// The ten message types of IEEE 1588-2019, one line each: what there is to know of a
// type without looking at its fields.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "ptpcore/wire/message.h"

namespace ptpcore::wire {

struct MessageTraits {
  MessageType type;    // table 36
  const char* name;    // as the standard writes it
  const char* clause;  // that lays the message out
  size_t body_size;    // octets between header and TLVs
  uint8_t control;     // controlField, 13.3.2.13: for peers of the 2002 edition
  bool event;          // timestamped; UDP port 319
};

inline constexpr std::array<MessageTraits, 10> kMessageTable = {{
    {MessageType::kSync, "Sync", "13.6", 10, 0, true},
    {MessageType::kDelayReq, "Delay_Req", "13.6", 10, 1, true},
    {MessageType::kPdelayReq, "Pdelay_Req", "13.9", 20, 5, true},
    {MessageType::kPdelayResp, "Pdelay_Resp", "13.10", 20, 5, true},
    {MessageType::kFollowUp, "Follow_Up", "13.7", 10, 2, false},
    {MessageType::kDelayResp, "Delay_Resp", "13.8", 20, 3, false},
    {MessageType::kPdelayRespFollowUp, "Pdelay_Resp_Follow_Up", "13.11", 20, 5, false},
    {MessageType::kAnnounce, "Announce", "13.5", 30, 5, false},
    {MessageType::kSignaling, "Signaling", "13.12", 10, 5, false},
    {MessageType::kManagement, "Management", "13.13", 14, 4, false},
}};

// Null for a reserved type.
constexpr const MessageTraits* FindMessageTraits(MessageType type) {
  for (const MessageTraits& traits : kMessageTable) {
    if (traits.type == type) return &traits;
  }
  return nullptr;
}

// `Pdelay_Req`; `reserved` for a reserved type.
constexpr const char* ToString(MessageType type) {
  const MessageTraits* traits = FindMessageTraits(type);
  return traits != nullptr ? traits->name : "reserved";
}

// The size of a message of this type without TLVs.
constexpr size_t MinimumSize(MessageType type) {
  const MessageTraits* traits = FindMessageTraits(type);
  return kHeaderSize + (traits != nullptr ? traits->body_size : 0);
}

// A header with this type and its controlField, and defaults elsewhere.
constexpr Header HeaderOf(MessageType type) {
  Header header;
  header.type = type;
  if (const MessageTraits* traits = FindMessageTraits(type)) header.control = traits->control;
  return header;
}

}  // namespace ptpcore::wire
