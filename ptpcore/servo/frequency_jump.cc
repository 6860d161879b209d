#include "ptpcore/servo/frequency_jump.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

// A flight that is an outlier with this probability lets the challengers start.
constexpr double kSurprise = 0.1;
// One of less weight says nothing: the frequency may have jumped before it.
constexpr double kTelling = 1e-3;

// How far a frequency jumps, and how likely against a surprise without a meaning, such
// as a broken stamp; the same of a jump of offset and path. Any jump of an offset could
// for a moment be one of the frequency, which would drag the clock: it must not win.
constexpr double kJump_ppb = 20'000;
constexpr double kJumpChance = 1e-5;
constexpr double kShift_ns = 100'000;
constexpr double kShiftChance = 1e-3;

// A jump that is believed this many times as much as anything else is certain.
constexpr double kCertain = 100;
constexpr double kClearly = 20;
constexpr double kMostBelief = 1e30;

// A challenger that has not won by then is about a past that is over.
constexpr int kMostFlights = 100;

}  // namespace

void FrequencyJump::Challenger::See(const NoiseModel& noise, const Flight& flight) {
  const ClockFilter::Reading reading =
      filter.Read(noise, flight.direction, flight.flight_ns, flight.age_s, flight.correction_ppb);
  filter.Accept(reading);
  belief *= std::exp(reading.noise.moments.log_evidence - flight.log_evidence);
  belief = std::min(belief, kMostBelief);
  if (++flights > kMostFlights) belief = 0;
}

void FrequencyJump::Advance(double elapsed_s, double correction_ppb, double creep_ns) {
  since_telling_s_ += elapsed_s;
  for (Challenger* one : {&moved_, &shifted_}) {
    one->filter.Advance(elapsed_s, correction_ppb, creep_ns);
  }
}

void FrequencyJump::Shift(const ClockFilter::State& by) {
  for (Challenger* one : {&moved_, &shifted_}) one->filter.Shift(by);
}

void FrequencyJump::Doubt(const ClockFilter::State& sigma) {
  for (Challenger* one : {&moved_, &shifted_}) one->filter.Doubt(sigma);
}

void FrequencyJump::KnowDelay(double delay_ns, double sigma_ns) {
  for (Challenger* one : {&moved_, &shifted_}) one->filter.KnowDelay(delay_ns, sigma_ns);
}

bool FrequencyJump::See(const ClockFilter& usual, const NoiseModel& noise, const Flight& flight) {
  for (Challenger* one : {&moved_, &shifted_}) {
    if (one->belief > 0) one->See(noise, flight);
  }
  if (flight.outlier > kSurprise) {
    // Who starts only now may know better than who started at an earlier surprise.
    Challenger moved{usual, kJumpChance};
    moved.filter.DoubtJump(kJump_ppb, since_telling_s_);
    moved.See(noise, flight);
    if (moved.belief > moved_.belief) moved_ = moved;
    Challenger shifted{usual, kShiftChance};
    shifted.filter.Doubt({kShift_ns, 0, kShift_ns});
    shifted.See(noise, flight);
    if (shifted.belief > shifted_.belief) shifted_ = shifted;
  } else if (flight.weight > kTelling) {
    since_telling_s_ = 0;
  }
  return moved_.belief > kCertain && moved_.belief > kClearly * shifted_.belief;
}

}  // namespace ptpcore::servo
