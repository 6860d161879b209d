#include "ptpcore/wire/tlv.h"

#include "ptpcore/wire/buffer.h"

namespace ptpcore::wire {
namespace {
constexpr size_t kTlvHeaderSize = 4;
}  // namespace

std::optional<Tlv> TlvCursor::Next() {
  if (rest_.size() < kTlvHeaderSize) return std::nullopt;
  Reader reader(rest_);
  const uint16_t type = reader.U16();
  const size_t length = reader.U16();
  if (length > rest_.size() - kTlvHeaderSize) return std::nullopt;
  Tlv tlv{type, rest_.subspan(kTlvHeaderSize, length)};
  rest_.remove_prefix(kTlvHeaderSize + length);
  return tlv;
}

bool IsTlvChain(absl::Span<const uint8_t> octets) {
  TlvCursor cursor(octets);
  while (cursor.Next()) {
  }
  return cursor.whole();
}

}  // namespace ptpcore::wire
