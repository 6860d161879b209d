// When a process was started, as the kernel keeps it (proc(5), /proc/PID/stat,
// field 22). A process number and the moment of its birth together never come to
// mean another process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"

namespace hostctl::daemon {

// Field 22 of the text of /proc/PID/stat: clock ticks from the host's start to
// the process's; nothing when the text is not of that form. The name of the
// program, field 2, may hold anything, brackets and blanks too.
std::optional<uint64_t> BirthTicksIn(const std::string& stat);

// Of the process `pid`; nothing when there is none.
std::optional<uint64_t> BirthTicks(pid_t pid);

// As a time of day, to a hundredth of a second.
std::optional<absl::Time> StartTimeOf(pid_t pid);

}  // namespace hostctl::daemon
