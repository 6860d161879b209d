#include "ptpcore/protocol/path_trace.h"

#include <algorithm>
#include <optional>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::protocol {
namespace {

constexpr uint16_t kPathTraceType = 0x0008;  // table 52
constexpr size_t kTlvHeader = 4;
constexpr size_t kIdentity = 8;

}  // namespace

PathTrace PathTraceFrom(absl::Span<const uint8_t> tlvs) {
  PathTrace trace;
  wire::TlvCursor cursor(tlvs);
  while (const std::optional<wire::Tlv> tlv = cursor.Next()) {
    if (tlv->type != kPathTraceType) continue;
    if (tlv->value.size() % kIdentity != 0) break;
    wire::Reader reader(tlv->value);
    trace.reserve(tlv->value.size() / kIdentity);
    while (trace.size() < tlv->value.size() / kIdentity) trace.push_back(reader.Clock());
    break;
  }
  return trace;
}

bool Contains(const PathTrace& trace, const wire::ClockIdentity& clock) {
  return std::find(trace.begin(), trace.end(), clock) != trace.end();
}

std::vector<uint8_t> PathTraceTlv(const PathTrace& from_parent, const wire::ClockIdentity& own) {
  if (from_parent.size() >= kLongestPathTrace) return {};
  const size_t value_size = kIdentity * (from_parent.size() + 1);
  std::vector<uint8_t> octets(kTlvHeader + value_size);
  wire::Writer writer(absl::MakeSpan(octets));
  writer.U16(kPathTraceType);
  writer.U16(static_cast<uint16_t>(value_size));
  for (const wire::ClockIdentity& clock : from_parent) writer.Clock(clock);
  writer.Clock(own);
  return octets;
}

}  // namespace ptpcore::protocol
