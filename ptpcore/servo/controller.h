// From the estimated state to the frequency that the clock is told to run at.
#pragma once

#include <limits>

namespace ptpcore::servo {

class Controller {
 public:
  struct Output {
    double frequency_ppb = 0;
    bool at_maximum = false;
  };

  explicit Controller(double max_frequency_ppb);

  // Cancels the oscillator's rate and removes `offset_ns` within a few times
  // `interval_s`, the time between two measurements; sooner when the offset is large
  // against `sigma_ns`, its uncertainty; never by more than `most_slew_ppb`.
  Output Steer(double offset_ns, double sigma_ns, double rate_ppb, double interval_s,
               double most_slew_ppb = std::numeric_limits<double>::infinity()) const;

 private:
  double max_frequency_ppb_;
};

}  // namespace ptpcore::servo
