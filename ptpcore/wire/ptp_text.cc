#include "ptpcore/wire/ptp_text.h"

#include <cstdint>

namespace ptpcore::wire {
namespace {

constexpr size_t kMaxLength = 255;

// Whether this octet continues a character of UTF-8.
bool Continues(char c) {
  return (static_cast<uint8_t>(c) & 0xC0) == 0x80;
}

}  // namespace

std::optional<std::string> ReadText(Reader& reader) {
  if (reader.remaining() == 0) return std::nullopt;
  const size_t length = reader.U8();
  if (length > reader.remaining()) return std::nullopt;
  const absl::Span<const uint8_t> octets = reader.Take(length);
  return std::string(octets.begin(), octets.end());
}

void WriteText(const std::string& text, Writer& writer) {
  size_t length = text.size();
  if (length > kMaxLength) {
    length = kMaxLength;
    while (length > 0 && Continues(text[length])) --length;
  }
  writer.U8(static_cast<uint8_t>(length));
  for (size_t i = 0; i < length; ++i) writer.U8(static_cast<uint8_t>(text[i]));
}

}  // namespace ptpcore::wire
