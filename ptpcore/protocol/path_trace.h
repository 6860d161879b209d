// Path trace: IEEE 1588-2019 16.2. Each boundary clock appends itself to the list in the
// Announce that it passes on; who finds itself in a list hears a loop.
//
//   if (Contains(PathTraceFrom(message.tlvs), us)) Discard();
//   AppendPathTrace(parent_trace, us, action.tlvs);
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/wire/tlv_path_trace.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// A longer list is not sent: the Announce must not outgrow its frame (16.2.3).
inline constexpr size_t kLongestPathTrace = 128;

// The list in the PATH_TRACE TLV among these; empty where there is none, or where its length
// is not a whole number of identities.
wire::PathTrace PathTraceFrom(absl::Span<const uint8_t> tlvs);

bool Contains(const wire::PathTrace& trace, const wire::ClockIdentity& clock);

// Appends the TLV that a clock sends: what its parent's Announce carried (empty for a
// grandmaster), and itself. Appends nothing where that would be longer than kLongestPathTrace.
void AppendPathTrace(const wire::PathTrace& from_parent, const wire::ClockIdentity& own,
                     std::vector<uint8_t>& tlvs);

}  // namespace ptpcore::protocol
