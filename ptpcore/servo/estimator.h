// The best guess of the clock's state: a few filters that differ in how much the
// oscillator is thought to wander, each believed as much as it foresaw the
// measurements (an interacting multiple model, after Blom and Bar-Shalom). So the
// wander is learned, and a sudden change of frequency finds a filter that expects
// it; a filter that is hardly believed starts again from what the others know.
#pragma once

#include <array>
#include <cstddef>

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
  // The offset may have changed by this much unseen.
  void Doubt(double offset_sigma_ns);

  // Takes in a flight; see ClockFilter::Read. Returns whether the measurements no
  // longer fit the past, in which case the past has been put in doubt.
  bool See(Direction direction, double flight_ns, double age_s, double correction_ppb);

  ClockFilter::State state() const { return all_.state(); }
  ClockFilter::State sigma() const { return all_.sigma(); }
  // The usual excess over the smallest delay, the noisier direction.
  double noise_ns() const;
  // The random walk of the frequency, ppb per square root of a second.
  double wander_ppb() const;

 private:
  static constexpr size_t kFilters = 6;

  void Mix();

  std::array<ClockFilter, kFilters> filter_;
  std::array<double, kFilters> belief_{};
  ClockFilter all_;                       // the mixture of filter_ by belief_
  std::array<NoiseModel, 2> noise_;       // by Direction
  std::array<ChangeDetector, 2> change_;  // by Direction
};

}  // namespace ptpcore::servo
