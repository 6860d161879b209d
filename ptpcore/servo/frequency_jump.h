// Whether the oscillator's frequency has just jumped (a virtual machine that was
// moved, a draught of cold air). No oscillator's walk explains that, so that none of
// the estimator's filters would follow within seconds.
//
// When a flight is foreseen by none of them, two challengers start from what they
// know: one thinks that the frequency has jumped since the last flight that told it had
// not, the other that offset and path have, which is more likely. Each is worth what it
// foresees of the flights that come. Noise can only delay: flights that come earlier
// and earlier soon leave the first alone.
#pragma once

#include "ptpcore/servo/clock_filter.h"

namespace ptpcore::servo {

class FrequencyJump {
 public:
  // A flight, and how the estimator saw it.
  struct Flight {
    Direction direction = Direction::kFromMaster;
    double flight_ns = 0;  // these three as in ClockFilter::Read
    double age_s = 0;
    double correction_ppb = 0;
    double log_evidence = 0;  // the log density at which it was foreseen
    double outlier = 0;       // the probability that nothing explained it
    double weight = 0;        // the part of the doubt that it removed
  };

  // As the estimator's filters.
  void Advance(double elapsed_s, double correction_ppb, double creep_ns);
  void Shift(const ClockFilter::State& by);
  void Doubt(const ClockFilter::State& sigma);
  void KnowDelay(double delay_ns, double sigma_ns);

  // `usual`: what the estimator believed before the flight. Returns true when it is
  // certain that the frequency has jumped.
  bool See(const ClockFilter& usual, const NoiseModel& noise, const Flight& flight);

  // What is to be believed then.
  const ClockFilter& filter() const { return moved_.filter; }

  // The past is over.
  void Reset() { *this = FrequencyJump(); }

 private:
  struct Challenger {
    ClockFilter filter;
    double belief = 0;  // relative to that in the estimator; 0: is not there
    int flights = 0;

    void See(const NoiseModel& noise, const Flight& flight);
  };

  Challenger moved_;
  Challenger shifted_;
  double since_telling_s_ = 0;  // since the last flight that told that nothing had jumped
};

}  // namespace ptpcore::servo
