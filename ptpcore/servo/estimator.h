// The best guess of the clock's state: a few filters that differ in how much the
// oscillator is thought to wander, each believed as much as it foresaw the
// measurements (Bayesian model averaging). So the wander is learned, and a sudden
// change of frequency finds a filter that expects it.
#pragma once

#include <array>

#include "ptpcore/servo/change_detector.h"
#include "ptpcore/servo/clock_filter.h"
#include "ptpcore/servo/noise_model.h"

namespace ptpcore::servo {

class Estimator {
 public:
  Estimator();

  void Start(const ClockFilter::State& state, const ClockFilter::State& sigma);
  void Advance(double elapsed_s, double correction_ppb);
  void Shift(double by_ns);

  // Takes in a flight; see ClockFilter::Read. Returns whether the measurements no
  // longer fit the past, in which case the past has been put in doubt.
  bool See(Direction direction, double flight_ns, double age_s, double correction_ppb);

  const ClockFilter::State& state() const { return state_; }
  const ClockFilter::State& sigma() const { return sigma_; }
  // The usual excess over the smallest delay, the noisier direction.
  double noise_ns() const;

 private:
  static constexpr int kFilters = 5;

  void Combine();

  std::array<ClockFilter, kFilters> filter_;
  std::array<double, kFilters> belief_{};
  std::array<NoiseModel, 2> noise_;       // by Direction
  std::array<ChangeDetector, 2> change_;  // by Direction
  ClockFilter::State state_;
  ClockFilter::State sigma_;
};

}  // namespace ptpcore::servo
