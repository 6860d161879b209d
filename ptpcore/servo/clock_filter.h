// The state of a clock against its master and of the path between them, with its
// uncertainty: a Kalman filter over offset, frequency error and path delay whose
// measurements are one-sided (one_sided.h).
//
// A Sync measures offset + delay + excess, a Delay_Req delay - offset + excess.
// The two directions share the smallest delay; which of them was late is told
// apart by itself, since each is held against the prediction alone.
#pragma once

#include <array>
#include <cstddef>

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
  explicit ClockFilter(double wander = 1) : wander_(wander) {}

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

  // Believes the mixture of `count` filters, share[i] of filters[i]; the shares add
  // up to 1. Keeps its own idea of the wander.
  void Blend(const ClockFilter* filters, const double* share, size_t count);

  // The state is what it was plus this (a step, another zero, another route).
  void Shift(const State& by);
  // Doubts the state: adds to its variances.
  void Doubt(const State& sigma);
  // The delay is known from elsewhere, and no flight tells it better: whatever was
  // believed of it becomes this, and what was concluded from it follows.
  void KnowDelay(double delay_ns, double sigma_ns);
  // Doubts that the frequency stayed: it may have jumped by `sigma_ppb`, at any moment
  // of the last `within_s`.
  void DoubtJump(double sigma_ppb, double within_s);

  // The variance of the offset (ns^2) `after_s` from now if nothing is measured, with
  // a wander of `wander` (ppb^2 per second).
  double OffsetVariance(double after_s, double wander) const;

  State state() const { return {mean_[0], mean_[1], mean_[2]}; }
  State sigma() const;

 private:
  using Vector = std::array<double, 3>;  // offset, rate, delay

  double wander_;
  Vector mean_{};
  std::array<Vector, 3> covariance_{};
};

}  // namespace ptpcore::servo
