// What the kernel and the list of leap seconds know of time, beside PTP.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "service/diagnose/facts.h"

namespace hostctl::diagnose {

// TAI - UTC at `unix_s`, from the text of the IERS' leap-seconds.list; absent where the list
// does not tell, or has run out.
std::optional<int> TaiOffsetFromList(const std::string& list, int64_t unix_s);

// `leap_seconds_file`: empty: none.
KernelClock ReadKernelClock(const std::string& leap_seconds_file);

}  // namespace hostctl::diagnose
