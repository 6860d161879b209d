// A quartz that runs off: a frequency error that wanders as a random walk.
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
    return (before + frequency_ppb_) / 2;
  }

  // A jump of the frequency (temperature, migration of a virtual machine).
  void Jump(double by_ppb) { frequency_ppb_ += by_ppb; }

  double frequency_ppb() const { return frequency_ppb_; }

 private:
  double frequency_ppb_;
  double wander_ppb_;
  Random random_;
};

}  // namespace ptpcore::sim
