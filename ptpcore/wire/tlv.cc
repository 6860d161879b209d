#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {

std::optional<Tlv> TlvCursor::Next() {
  if (rest_.size() < kTlvHeaderSize) return std::nullopt;
  Reader reader(rest_);
  const auto type = static_cast<TlvType>(reader.U16());
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

namespace internal {

std::optional<absl::Span<uint8_t>> GrowByTlv(TlvType type, size_t size, std::vector<uint8_t>& out) {
  const size_t even = size + size % 2;
  if (even > UINT16_MAX) return std::nullopt;
  const size_t start = out.size();
  out.resize(start + kTlvHeaderSize + even);
  Writer writer(absl::MakeSpan(out).subspan(start));
  writer.U16(static_cast<uint16_t>(type));
  writer.U16(static_cast<uint16_t>(even));
  return absl::MakeSpan(out).subspan(start + kTlvHeaderSize);
}

}  // namespace internal
}  // namespace ptpcore::wire
