#include "ptpcore/protocol/path_trace.h"

#include <algorithm>
#include <optional>

#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_path_trace.h"

namespace ptpcore::protocol {

PathTrace PathTraceFrom(absl::Span<const uint8_t> tlvs) {
  const std::optional<wire::PathTrace> tlv = wire::FindTlv<wire::PathTrace>(tlvs);
  return tlv ? PathTrace(tlv->path.begin(), tlv->path.end()) : PathTrace();
}

bool Contains(const PathTrace& trace, const wire::ClockIdentity& clock) {
  return std::find(trace.begin(), trace.end(), clock) != trace.end();
}

std::vector<uint8_t> PathTraceTlv(const PathTrace& from_parent, const wire::ClockIdentity& own) {
  if (from_parent.size() >= kLongestPathTrace) return {};
  wire::PathTrace tlv;
  tlv.path.assign(from_parent.begin(), from_parent.end());
  tlv.path.push_back(own);
  std::vector<uint8_t> octets;
  wire::AppendTlv(tlv, octets);
  return octets;
}

}  // namespace ptpcore::protocol
