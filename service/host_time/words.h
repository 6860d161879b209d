// Spans of time in sentences for people.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace hostctl::host_time {

// Rounded to what matters: `12 s`, `5 min`, `1 h 30 min`, `2 d 3 h`. Negative is 0 s.
std::string InWords(absl::Duration span);

// A span of nanoseconds to three digits: `850 ns`, `12.4 us`, `500 ms`, `1.50 s`.
std::string SpanInWords(double ns);

}  // namespace hostctl::host_time
