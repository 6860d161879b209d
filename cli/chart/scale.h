// Where the ticks of an axis stand and what is written at them. Pure.
#pragma once

#include <string>
#include <vector>

namespace hostctl::cli {

// The smallest of 1, 2 or 5 times a power of ten that is at least `rough` (above 0).
double NiceStep(double rough);

// The multiples of NiceStep((to - from) / intervals) within [from, to].
std::vector<double> LinearTicks(double from, double to, int intervals);

// Whole seconds, minutes or hours within [from_s, to_s] (seconds since 1970), about
// `intervals` apart.
std::vector<double> TimeTicks(double from_s, double to_s, int intervals);

// `14:53`, of a UTC time; with seconds where `with_seconds`.
std::string ClockText(double time_s, bool with_seconds);

// `2.5 us`, `40 ms`: three digits at most.
std::string WithUnit(double ns);

}  // namespace hostctl::cli
