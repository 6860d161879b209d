// TLV entities behind a message: IEEE 1588-2019 clause 14. What types there are stands
// in tlv_table.h; each is a struct in a tlv_*.h by subject.
//
//   for (TlvCursor c(message.tlvs); std::optional<Tlv> tlv = c.Next();) { ... }
//   if (auto grant = DecodeTlv<GrantUnicastTransmission>(tlv)) { ... }
//   AppendTlv(RequestUnicastTransmission{...}, send.tlvs);
//
// A TLV that nobody asks for is skipped, whatever it is; the message keeps its octets.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv_table.h"

namespace ptpcore::wire {

inline constexpr size_t kTlvHeaderSize = 4;

struct Tlv {
  TlvType type{};
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

// Of the structs in tlv_*.h: each has its kType, `static optional<T> Read(Reader&)` and
// `void Write(Writer&) const`, which see the value only.

// Absent where the TLV is of another type, or its value is not one of this type. What
// is reserved is ignored, as is what stands behind text to make a length even.
template <typename T>
std::optional<T> DecodeTlv(const Tlv& tlv) {
  if (tlv.type != T::kType || !HasSizeOfItsType(tlv.type, tlv.value.size())) return std::nullopt;
  Reader reader(tlv.value);
  return T::Read(reader);
}

// The first TLV of this type that decodes.
template <typename T>
std::optional<T> FindTlv(absl::Span<const uint8_t> tlvs) {
  for (TlvCursor cursor(tlvs); const std::optional<Tlv> tlv = cursor.Next();) {
    if (std::optional<T> found = DecodeTlv<T>(*tlv)) return found;
  }
  return std::nullopt;
}

// Writes a TLV behind what `out` holds; its length is made even by a zero (14.1). A value of
// more than 65534 octets does not fit: then nothing is written, and the answer is false.
template <typename T>
bool AppendTlv(const T& value, std::vector<uint8_t>& out);

namespace internal {
// Makes room for a TLV at the end of `out`, writes its first octets, and returns where
// its value goes. Empty where it does not fit.
std::optional<absl::Span<uint8_t>> GrowByTlv(TlvType type, size_t size, std::vector<uint8_t>& out);
}  // namespace internal

template <typename T>
bool AppendTlv(const T& value, std::vector<uint8_t>& out) {
  Writer measure({});
  value.Write(measure);
  const auto room = internal::GrowByTlv(value.kType, measure.size(), out);
  if (!room) return false;
  Writer writer(*room);
  value.Write(writer);
  return true;
}

}  // namespace ptpcore::wire
