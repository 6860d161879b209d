// The engine before every other program when a packet comes: SCHED_FIFO, sched(7).
#pragma once

#include "absl/status/status.h"

namespace ptpcore::process {

constexpr int kLowestRealtimePriority = 1;
constexpr int kHighestRealtimePriority = 99;

// Needs CAP_SYS_NICE or an RLIMIT_RTPRIO of `priority`; FAILED_PRECONDITION without, and
// scheduling is as before.
absl::Status UseRealtimePriority(int priority);

}  // namespace ptpcore::process
