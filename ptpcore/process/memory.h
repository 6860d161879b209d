// Keeps the engine's memory from being paged out: a packet that has to wait for a page from
// the disk is late.
#pragma once

#include "absl/status/status.h"

namespace ptpcore::process {

// Locks all memory, also what is taken later (mlockall(2)). Without CAP_IPC_LOCK it needs an
// unlimited RLIMIT_MEMLOCK, and takes what the hard limit gives: under any other limit later
// allocations would fail, so that nothing is locked then (FAILED_PRECONDITION).
absl::Status LockMemory();

}  // namespace ptpcore::process
