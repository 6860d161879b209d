#include "ptpcore/servo/clock_filter.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

constexpr double kPhaseNoise = 0.01;  // ns^2/s: the oscillator's white frequency noise
constexpr double kStampVariance = 1;  // ns^2: stamps are whole nanoseconds
constexpr double kLeastVariance = 1e-9;

}  // namespace

void ClockFilter::Start(const State& state, const State& sigma) {
  mean_ = {state.offset_ns, state.rate_ppb, state.delay_ns};
  covariance_ = {};
  Doubt(sigma);
}

void ClockFilter::Shift(const State& by) {
  mean_[0] += by.offset_ns;
  mean_[1] += by.rate_ppb;
  mean_[2] += by.delay_ns;
}

void ClockFilter::Doubt(const State& sigma) {
  covariance_[0][0] += sigma.offset_ns * sigma.offset_ns;
  covariance_[1][1] += sigma.rate_ppb * sigma.rate_ppb;
  covariance_[2][2] += sigma.delay_ns * sigma.delay_ns;
}

void ClockFilter::DoubtJump(double sigma_ppb, double within_s) {
  const double variance = sigma_ppb * sigma_ppb;
  auto& p = covariance_;
  p[0][0] += variance * within_s * within_s / 3;
  p[0][1] += variance * within_s / 2;
  p[1][1] += variance;
  p[1][0] = p[0][1];
}

// Offset and rate given the delay stay as they are (Jeffrey's rule).
void ClockFilter::KnowDelay(double delay_ns, double sigma_ns) {
  auto& p = covariance_;
  const double before = std::max(p[2][2], kLeastVariance);
  const double variance = std::max(sigma_ns * sigma_ns, kLeastVariance);
  const Vector slope = {p[0][2] / before, p[1][2] / before, 1};
  const double moved = delay_ns - mean_[2];
  for (size_t i = 0; i < 3; ++i) {
    mean_[i] += slope[i] * moved;
    for (size_t j = 0; j < 3; ++j) p[i][j] += slope[i] * slope[j] * (variance - before);
  }
  p[2][2] = variance;
}

void ClockFilter::Advance(double elapsed_s, double correction_ppb, double creep_ns) {
  const double t = elapsed_s;
  mean_[0] += (mean_[1] + correction_ppb) * t;  // 1 ppb is 1 ns/s
  auto& p = covariance_;
  p[0][0] += t * (2 * p[0][1] + t * p[1][1]) + wander_ * t * t * t / 3 + kPhaseNoise * t;
  p[0][1] += t * p[1][1] + wander_ * t * t / 2;
  p[0][2] += t * p[1][2];
  p[1][1] += wander_ * t;
  p[2][2] += creep_ns * creep_ns * t;
  p[1][0] = p[0][1];
  p[2][0] = p[0][2];
}

double ClockFilter::OffsetVariance(double after_s, double wander) const {
  const double t = std::max(0.0, after_s);
  const auto& p = covariance_;
  return std::max(0.0, p[0][0] + t * (2 * p[0][1] + t * p[1][1])) + wander * t * t * t / 3 +
         kPhaseNoise * t;
}

ClockFilter::Reading ClockFilter::Read(const NoiseModel& noise, Direction direction,
                                       double flight_ns, double age_s,
                                       double correction_ppb) const {
  const double sign = direction == Direction::kFromMaster ? 1 : -1;
  const Vector h = {sign, -sign * age_s, 1};
  const double offset_then = mean_[0] - (mean_[1] + correction_ppb) * age_s;
  Reading reading;
  reading.innovation_ns = flight_ns - (sign * offset_then + mean_[2]);
  double variance = kStampVariance;
  Vector ph{};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) ph[i] += covariance_[i][j] * h[j];
    variance += h[i] * ph[i];
  }
  reading.sigma_ns = std::sqrt(std::max(variance, kStampVariance));
  for (size_t i = 0; i < 3; ++i) reading.gain[i] = ph[i] / reading.sigma_ns;
  reading.noise = noise.Read(reading.innovation_ns / reading.sigma_ns, reading.sigma_ns);
  return reading;
}

void ClockFilter::Accept(const Reading& reading) {
  // A mixture can leave more doubt than there was; let it, but slowly.
  const double shrink = 1 - std::min(reading.noise.moments.variance, 1.1);
  for (size_t i = 0; i < 3; ++i) {
    mean_[i] += reading.gain[i] * reading.noise.moments.mean;
    for (size_t j = 0; j < 3; ++j) {
      covariance_[i][j] -= reading.gain[i] * reading.gain[j] * shrink;
    }
    covariance_[i][i] = std::max(covariance_[i][i], kLeastVariance);
  }
}

void ClockFilter::Blend(const ClockFilter* filters, const double* share, size_t count) {
  Vector mean{};
  for (size_t m = 0; m < count; ++m) {
    for (size_t i = 0; i < 3; ++i) mean[i] += share[m] * filters[m].mean_[i];
  }
  std::array<Vector, 3> covariance{};
  for (size_t m = 0; m < count; ++m) {
    const ClockFilter& filter = filters[m];
    for (size_t i = 0; i < 3; ++i) {
      for (size_t j = 0; j < 3; ++j) {
        covariance[i][j] += share[m] * (filter.covariance_[i][j] +
                                        (filter.mean_[i] - mean[i]) * (filter.mean_[j] - mean[j]));
      }
    }
  }
  mean_ = mean;
  covariance_ = covariance;
}

ClockFilter::State ClockFilter::sigma() const {
  return {std::sqrt(covariance_[0][0]), std::sqrt(covariance_[1][1]), std::sqrt(covariance_[2][2])};
}

}  // namespace ptpcore::servo
