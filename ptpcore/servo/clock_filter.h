// The state of a clock against its master and of the path between them, with its
// uncertainty: a Kalman filter over offset, frequency error and path delay whose
// measurements are one-sided (one_sided.h).
//
// A Sync measures offset + delay + excess, a Delay_Req delay - offset + excess.
// The two directions share the smallest delay; which of them was late is told
// apart by itself, since each is held against the prediction alone.
#pragma once

#include <array>

#include "ptpcore/servo/noise_model.h"

namespace ptpcore::servo {

enum class Direction { kFromMaster, kToMaster };

class ClockFilter {
 public:
  struct State {
    double offset_ns = 0;  // local minus master
    double rate_ppb = 0;   // of the uncorrected oscillator against the master
    double delay_ns = 0;   // one way, the smallest
  };

  // What a measurement says; nothing is changed by it yet.
  struct Reading {
    double innovation_ns = 0;  // measured minus foreseen
    double sigma_ns = 0;       // of what was foreseen
    NoiseModel::Reading noise;
    std::array<double, 3> gain{};  // of the state per sigma
  };

  // `wander`: the random walk of the frequency, (ppb)^2 per second.
  explicit ClockFilter(double wander = 1);

  // Believes `state` with these standard deviations.
  void Start(const State& state, const State& sigma);

  // Lets `elapsed_s` of uncorrected time go by with `correction_ppb` in force. The
  // delay may creep by `creep_ns` per square root of a second.
  void Advance(double elapsed_s, double correction_ppb, double creep_ns);

  // `flight_ns`: receipt minus sending, `age_s` before the time of the state, with
  // `correction_ppb` in force meanwhile.
  Reading Read(const NoiseModel& noise, Direction direction, double flight_ns, double age_s,
               double correction_ppb) const;
  void Accept(const Reading& reading);

  // The offset is what it was plus `by_ns` (a step, or another zero).
  void Shift(double by_ns) { state_.offset_ns += by_ns; }
  // Doubts the state: adds to its standard deviations.
  void Doubt(const State& sigma);

  const State& state() const { return state_; }
  State sigma() const;

 private:
  double wander_;
  State state_;
  std::array<std::array<double, 3>, 3> p_{};  // covariance: offset, rate, delay
};

}  // namespace ptpcore::servo
