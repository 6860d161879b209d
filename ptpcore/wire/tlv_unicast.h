// Unicast message negotiation: IEEE 1588-2019 16.1.4. They travel in Signaling messages.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {

// Asks for messages of this type, at this rate, for this long.
struct RequestUnicastTransmission {
  static constexpr TlvType kType = TlvType::kRequestUnicastTransmission;

  MessageType message_type = MessageType::kAnnounce;  // Announce, Sync, Delay_Resp, Pdelay_Resp
  int8_t log_inter_message_period = 0;                // log2 of seconds
  uint32_t duration_s = 0;

  static std::optional<RequestUnicastTransmission> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// The answer. `duration_s` 0: denied.
struct GrantUnicastTransmission {
  static constexpr TlvType kType = TlvType::kGrantUnicastTransmission;

  MessageType message_type = MessageType::kAnnounce;
  int8_t log_inter_message_period = 0;
  uint32_t duration_s = 0;
  bool renewal_invited = false;  // likely to be granted again

  static std::optional<GrantUnicastTransmission> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// Ends a grant before its time, from either side.
struct CancelUnicastTransmission {
  static constexpr TlvType kType = TlvType::kCancelUnicastTransmission;

  MessageType message_type = MessageType::kAnnounce;
  // Of two ports that both grant to each other: what is not meant.
  bool maintain_request = false;
  bool maintain_grant = false;

  static std::optional<CancelUnicastTransmission> Read(Reader& reader);
  void Write(Writer& writer) const;
};

struct AcknowledgeCancelUnicastTransmission {
  static constexpr TlvType kType = TlvType::kAcknowledgeCancelUnicastTransmission;

  MessageType message_type = MessageType::kAnnounce;
  bool maintain_request = false;
  bool maintain_grant = false;

  static std::optional<AcknowledgeCancelUnicastTransmission> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
