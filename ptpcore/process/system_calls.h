// The engine's filter of system calls, seccomp(2): what an engine at work has no use for, an
// attacker who has taken it over with a packet shall not have either.
//
// Three kinds, see system_calls.cc:
//   what it uses        allowed
//   what breaks out     ends the process with SIGSYS: new programs and processes, other
//                       processes' memory, the kernel's modules, mounts, users, and memory
//                       that can be written and executed
//   everything else     fails with ENOSYS, as in a kernel that does not have it, for which a
//                       newer libc has another way: a call that nobody thought of must not
//                       stop the disciplining of time
#pragma once

#include "absl/status/status.h"

namespace ptpcore::process {

// For good, and for this thread; sets no_new_privs. UNIMPLEMENTED where the kernel has no
// filters, or in a build with sanitizers, which use system calls of their own.
absl::Status FilterSystemCalls();

}  // namespace ptpcore::process
