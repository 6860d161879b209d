// AUTHENTICATION, IEEE 1588-2019 16.14.3, and PAD, 14.4.2: what stands last in a message.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {

struct Authentication {
  static constexpr TlvType kType = TlvType::kAuthentication;

  uint8_t security_parameter_pointer = 0;
  uint8_t security_parameter_indicator = 0;  // which of the optional fields are there
  uint32_t key_id = 0;
  // Disclosed key, sequence number and integrity check value: how long each is, only the
  // security association knows. Points into what was decoded.
  absl::Span<const uint8_t> rest;

  static std::optional<Authentication> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// Makes a message longer, e.g. a Sync as long as a Delay_Resp.
struct Pad {
  static constexpr TlvType kType = TlvType::kPad;

  uint16_t size = 0;

  static std::optional<Pad> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
