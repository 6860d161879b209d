#include "ptpcore/protocol/path_trace.h"

#include <algorithm>

#include "ptpcore/wire/tlv.h"

namespace ptpcore::protocol {

wire::PathTrace PathTraceFrom(absl::Span<const uint8_t> tlvs) {
  return wire::FindTlv<wire::PathTrace>(tlvs).value_or(wire::PathTrace());
}

bool Contains(const wire::PathTrace& trace, const wire::ClockIdentity& clock) {
  return std::find(trace.path.begin(), trace.path.end(), clock) != trace.path.end();
}

void AppendPathTrace(const wire::PathTrace& from_parent, const wire::ClockIdentity& own,
                     std::vector<uint8_t>& tlvs) {
  if (from_parent.path.size() >= kLongestPathTrace) return;
  wire::PathTrace extended = from_parent;
  extended.path.push_back(own);
  wire::AppendTlv(extended, tlvs);
}

}  // namespace ptpcore::protocol
