// The best guess of the clock's state: a few filters that differ in how much the
// oscillator is thought to wander, each believed as much as it foresaw the
// measurements (an interacting multiple model, after Blom and Bar-Shalom). So the
// wander is learned, and a change of frequency finds a filter that expects it; a
// filter that is hardly believed starts again from what the others know. What no walk
// explains is recognised beside them: a jump of the frequency (frequency_jump.h), of
// the offset or of the route (change_detector.h, change_diagnosis.h).
#pragma once

#include <array>
#include <cstddef>

#include "ptpcore/servo/change_detector.h"
#include "ptpcore/servo/change_diagnosis.h"
#include "ptpcore/servo/clock_filter.h"
#include "ptpcore/servo/frequency_jump.h"
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

  // The delay is measured apart, with this standard deviation (peer delay): there are
  // flights from the master only, which tell nothing of it.
  void KnowDelay(double delay_ns, double sigma_ns);

  // What a flight was worth.
  struct Seen {
    // The part of the doubt about the clock (as a variance) that it removed, 0..1.
    double weight = 0;
    // It lies so far above the smallest delay that it says nothing about the clock.
    bool late = false;
    // The probability that neither the clock nor any queue explains it.
    double outlier = 0;
    // The measurements no longer fit the past, which has been put in doubt.
    bool changed = false;
  };

  // Takes in a flight; see ClockFilter::Read.
  Seen See(Direction direction, double flight_ns, double age_s, double correction_ppb);

  // The standard deviation of the delay.
  double DelaySigma() const;
  // The standard deviation of the offset `after_s` from now without measurements.
  double OffsetSigma(double after_s) const;

  ClockFilter::State state() const { return all_.state(); }
  ClockFilter::State sigma() const { return all_.sigma(); }
  // How much longer flights from the master have become since the start, less those
  // to the master: an asymmetry that arose and is taken off.
  double asymmetry_ns() const { return asymmetry_ns_[0] - asymmetry_ns_[1]; }
  // The mean of both ways, with what has been taken off as an asymmetry.
  double mean_delay_ns() const {
    return all_.state().delay_ns + (asymmetry_ns_[0] + asymmetry_ns_[1]) / 2;
  }
  // The usual excess over the smallest delay, the noisier direction.
  double noise_ns() const;
  // The random walk of the frequency, ppb per square root of a second.
  double wander_ppb() const;

 private:
  static constexpr size_t kFilters = 6;

  // A direction that has got another length is only looked at until it is clear
  // which: how many flights are still to come, the least excess so far, and the
  // asymmetry to go back to should it be something else.
  struct Probation {
    int left = 0;
    double least_ns = 0;
    double before_ns = 0;
  };

  void Mix();
  // Takes a flight of a direction on probation.
  Seen Watch(Direction direction, double flight_ns, double age_s, double correction_ppb);
  // It was no change of one direction after all; false if none was thought of.
  bool EndProbation();
  // Doubts what was learned while the noise seemed smaller.
  void DoubtWhatNoiseSpoiled();
  // The standard deviation that the offset has at least so soon after the start.
  double LeastSigma() const;
  // The frequency has jumped.
  void FollowJump();
  // What was seen so far is about a past that is over.
  void StartOver();
  // Draws the conclusion from an alarm in this direction; false if it is too early.
  bool Reconsider(Direction direction, double least_ns);

  std::array<ClockFilter, kFilters> filter_;
  std::array<double, kFilters> belief_{};
  ClockFilter all_;                       // the mixture of filter_ by belief_
  std::array<NoiseModel, 2> noise_;       // by Direction
  std::array<ChangeDetector, 2> change_;  // by Direction
  ChangeDiagnosis diagnosis_;
  FrequencyJump jump_;
  std::array<double, 2> asymmetry_ns_{};  // by Direction
  std::array<Probation, 2> probation_{};  // by Direction
  std::array<size_t, 2> asked_{};         // for a diagnosis since the alarm, by Direction
  double now_s_ = 0;
  double believed_noise_ns_ = 0;  // when the offset was last doubted for it
  double spread_ns_ = 0;          // mean deviation of the flights from what was foreseen
  int flights_ = 0;               // since the start
  bool delay_known_ = false;      // see KnowDelay
};

}  // namespace ptpcore::servo
