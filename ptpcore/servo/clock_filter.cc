#include "ptpcore/servo/clock_filter.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

constexpr double kPhaseNoise = 0.01;  // ns^2/s: the oscillator's white frequency noise
constexpr double kStampVariance = 1;  // ns^2: stamps are whole nanoseconds

}  // namespace

ClockFilter::ClockFilter(double wander) : wander_(wander) {}

void ClockFilter::Start(const State& state, const State& sigma) {
  state_ = state;
  p_ = {};
  Doubt(sigma);
}

void ClockFilter::Doubt(const State& sigma) {
  p_[0][0] += sigma.offset_ns * sigma.offset_ns;
  p_[1][1] += sigma.rate_ppb * sigma.rate_ppb;
  p_[2][2] += sigma.delay_ns * sigma.delay_ns;
}

void ClockFilter::Advance(double t, double correction_ppb, double creep_ns) {
  state_.offset_ns += (state_.rate_ppb + correction_ppb) * t;  // 1 ppb is 1 ns/s
  p_[0][0] += t * (2 * p_[0][1] + t * p_[1][1]) + wander_ * t * t * t / 3 + kPhaseNoise * t;
  p_[0][1] += t * p_[1][1] + wander_ * t * t / 2;
  p_[0][2] += t * p_[1][2];
  p_[1][1] += wander_ * t;
  p_[2][2] += creep_ns * creep_ns * t;
  p_[1][0] = p_[0][1];
  p_[2][0] = p_[0][2];
}

ClockFilter::Reading ClockFilter::Read(const NoiseModel& noise, Direction direction,
                                       double flight_ns, double age_s,
                                       double correction_ppb) const {
  const double sign = direction == Direction::kFromMaster ? 1 : -1;
  const std::array<double, 3> h = {sign, -sign * age_s, 1};
  const double offset_then = state_.offset_ns - (state_.rate_ppb + correction_ppb) * age_s;
  Reading reading;
  reading.innovation_ns = flight_ns - (sign * offset_then + state_.delay_ns);
  double variance = kStampVariance;
  std::array<double, 3> ph{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) ph[i] += p_[i][j] * h[j];
    variance += h[i] * ph[i];
  }
  reading.sigma_ns = std::sqrt(std::max(variance, kStampVariance));
  for (int i = 0; i < 3; ++i) reading.gain[i] = ph[i] / reading.sigma_ns;
  reading.noise = noise.Read(reading.innovation_ns / reading.sigma_ns, reading.sigma_ns);
  return reading;
}

void ClockFilter::Accept(const Reading& reading) {
  const double shift = reading.noise.moments.mean;
  // A mixture can leave more doubt than there was; let it, but slowly.
  const double shrink = 1 - std::min(reading.noise.moments.variance, 1.1);
  state_.offset_ns += reading.gain[0] * shift;
  state_.rate_ppb += reading.gain[1] * shift;
  state_.delay_ns += reading.gain[2] * shift;
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) p_[i][j] -= reading.gain[i] * reading.gain[j] * shrink;
    p_[i][i] = std::max(p_[i][i], 1e-9);
  }
}

ClockFilter::State ClockFilter::sigma() const {
  return {std::sqrt(p_[0][0]), std::sqrt(p_[1][1]), std::sqrt(p_[2][2])};
}

}  // namespace ptpcore::servo
