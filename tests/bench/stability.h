// What is said of a recorded clock: RMS, when it converged, and the deviations by
// which clocks are compared (IEEE 1139; Riley, Handbook of Frequency Stability
// Analysis, NIST SP 1065, 5.2 to 5.5).
#pragma once

#include <cstddef>
#include <vector>

namespace ptpcore::bench {

struct Look {
  double at_s = 0;
  double offset_ns = 0;  // local clock minus the truth
};
using Track = std::vector<Look>;  // in the order of time, evenly spaced

double Rms(const Track& track, double from_s);
// The last time before `until_s` at which the offset was beyond `near_ns`; 0 if none.
double ConvergedAfter(const Track& track, double near_ns, double until_s);

// The offsets from `from_s` on.
std::vector<double> Phase(const Track& track, double from_s);

// Of phases in nanoseconds, `spacing_s` apart, over tau = m * spacing_s: overlapping
// Allan deviation in parts per billion, and time deviation in nanoseconds. 0 when
// there are too few phases (2m + 1, and 3m).
double AllanDeviation(const std::vector<double>& phase_ns, double spacing_s, size_t m);
double TimeDeviation(const std::vector<double>& phase_ns, size_t m);

}  // namespace ptpcore::bench
