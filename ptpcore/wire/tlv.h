// TLV entities behind a message: IEEE 1588-2019 clause 14.
//
//   for (TlvCursor c(message.tlvs); std::optional<Tlv> tlv = c.Next();) { ... }
#pragma once

#include <cstdint>
#include <optional>

#include "absl/types/span.h"

namespace ptpcore::wire {

struct Tlv {
  uint16_t type = 0;                // tlvType, table 52
  absl::Span<const uint8_t> value;  // lengthField octets
};

// Walks a chain of TLVs. After the last call of Next(), `whole()` tells whether
// the chain ended exactly at the end of its octets.
class TlvCursor {
 public:
  explicit TlvCursor(absl::Span<const uint8_t> octets) : rest_(octets) {}

  // The next TLV; absent at the end, and where a TLV would run past it.
  std::optional<Tlv> Next();
  bool whole() const { return rest_.empty(); }

 private:
  absl::Span<const uint8_t> rest_;
};

// Whether the octets are a chain of complete TLVs.
bool IsTlvChain(absl::Span<const uint8_t> octets);

}  // namespace ptpcore::wire
