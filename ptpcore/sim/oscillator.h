// A quartz that runs off: a frequency error that wanders as a random walk, and
// follows the day's temperature as a sine where that is asked for.
#pragma once

#include <cmath>

#include "ptpcore/sim/random.h"

namespace ptpcore::sim {

class Oscillator {
 public:
  // `frequency_ppb`: how much too fast it starts; `wander_ppb`: the deviation of
  // the frequency's change over one second.
  Oscillator(double frequency_ppb, double wander_ppb, Random random)
      : frequency_ppb_(frequency_ppb), wander_ppb_(wander_ppb), random_(random) {}

  // Lets `seconds` of true time pass; returns the mean frequency error meanwhile.
  double Run(double seconds) {
    const double before = frequency_ppb_;
    if (wander_ppb_ > 0) frequency_ppb_ += wander_ppb_ * std::sqrt(seconds) * random_.Gaussian();
    const double warm_before = Warmth();
    run_s_ += seconds;
    return (before + warm_before + frequency_ppb_ + Warmth()) / 2;
  }

  // From now on a sine of this amplitude is added, `period_s` long.
  void FollowTemperature(double amplitude_ppb, double period_s) {
    temperature_ppb_ = amplitude_ppb;
    radians_per_s_ = period_s > 0 ? 6.283185307179586 / period_s : 0;
    run_s_ = 0;
  }

  // A jump of the frequency (temperature, migration of a virtual machine).
  void Jump(double by_ppb) { frequency_ppb_ += by_ppb; }

  double frequency_ppb() const { return frequency_ppb_ + Warmth(); }

 private:
  double Warmth() const {
    return temperature_ppb_ == 0 ? 0 : temperature_ppb_ * std::sin(radians_per_s_ * run_s_);
  }

  double frequency_ppb_;
  double wander_ppb_;
  Random random_;
  double temperature_ppb_ = 0;
  double radians_per_s_ = 0;
  double run_s_ = 0;
};

}  // namespace ptpcore::sim
