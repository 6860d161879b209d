// Path trace: IEEE 1588-2019 16.2. Each boundary clock appends itself to the list in the
// Announce that it passes on; who finds itself in a list hears a loop.
//
//   if (Contains(PathTraceFrom(message.tlvs), us)) Discard();
//   action.tlvs = PathTraceTlv(parent_trace, us);
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// pathSequence: the clocks that an Announce passed, the grandmaster first.
using PathTrace = std::vector<wire::ClockIdentity>;

// A longer list is not sent (16.2.3: an Announce must not outgrow its frame).
inline constexpr size_t kLongestPathTrace = 128;

// The list in the PATH_TRACE TLV among these; empty where there is none, or where its length
// is not a whole number of identities.
PathTrace PathTraceFrom(absl::Span<const uint8_t> tlvs);

bool Contains(const PathTrace& trace, const wire::ClockIdentity& clock);

// The whole TLV that a clock sends: what its parent's Announce carried (empty for a
// grandmaster), and itself. Empty when that would be longer than kLongestPathTrace.
std::vector<uint8_t> PathTraceTlv(const PathTrace& from_parent, const wire::ClockIdentity& own);

}  // namespace ptpcore::protocol
