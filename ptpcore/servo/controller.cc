#include "ptpcore/servo/controller.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

// An offset shrinks to a third within this many intervals. Less would pass every
// revision of the estimate on to the clock, more would follow a wandering
// oscillator late.
constexpr double kIntervals = 2;
// An offset of more than this many standard deviations is no such revision; at twice
// this it is removed within one interval less.
constexpr double kCertain = 4;
// Nor faster than this, whatever the rate of Syncs: a clock is to run evenly.
constexpr double kShortest_s = 0.25;

}  // namespace

Controller::Controller(double max_frequency_ppb)
    : max_frequency_ppb_(std::isfinite(max_frequency_ppb) ? std::max(0.0, max_frequency_ppb) : 0) {}

Controller::Output Controller::Steer(double offset_ns, double sigma_ns, double rate_ppb,
                                     double interval_s, double most_slew_ppb) const {
  const double certainty = sigma_ns > 0 ? std::abs(offset_ns) / sigma_ns : 0;
  const double intervals = kIntervals - std::clamp((certainty - kCertain) / kCertain, 0.0, 1.0);
  const double slew = offset_ns / std::max(intervals * interval_s, kShortest_s);
  const double wanted = -rate_ppb - std::clamp(slew, -most_slew_ppb, most_slew_ppb);
  Output output;
  if (!std::isfinite(wanted)) return output;
  output.frequency_ppb = std::clamp(wanted, -max_frequency_ppb_, max_frequency_ppb_);
  output.at_maximum = std::abs(wanted) >= max_frequency_ppb_;
  return output;
}

}  // namespace ptpcore::servo
