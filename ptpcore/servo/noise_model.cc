#include "ptpcore/servo/noise_model.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

// 4 ns times powers of 4: 4, 16, 64, ... 16.8e6 ns.
constexpr double kSmallestScale = 4;
constexpr double kStep = 4;

// Believed before the first sample: most likely software stamps on some network
// (1 to 65 us). A noise of nanoseconds shows itself at once; taking a large noise
// for a small one would spoil the start.
constexpr NoiseModel::Shares kFirstShares = {0.03, 0.03, 0.03, 0.03, 0.15, 0.2,
                                             0.2,  0.2,  0.06, 0.03, 0.02, 0.02};

// A measurement that no scale explains (a broken stamp, or a change that the
// change detector has to recognise) has this density per nanosecond: one in a
// thousand, anywhere within 10 ms.
constexpr double kOutlierDensity = 1e-10;

// The n-th sample moves the shares by n^-0.6 of the way (stepwise expectation
// maximization after Cappe and Moulines: this slowly to converge, this fast to
// forget the start), later samples by at least 1/kMemory.
constexpr double kDecay = 0.6;
constexpr double kHeadStart = 6;
constexpr double kMemory = 300;
// Shares that the samples hardly ask for die out: left-over shares of small
// scales would pretend that the edge of the excess is sharper than it is.
constexpr double kThinning = 0.01;
constexpr double kLeastShare = 1e-4;  // but no scale is ever impossible

const NoiseModel::Shares& Scales() {
  static const NoiseModel::Shares scales = [] {
    NoiseModel::Shares s{};
    double scale = kSmallestScale;
    for (double& value : s) {
      value = scale;
      scale *= kStep;
    }
    return s;
  }();
  return scales;
}

}  // namespace

NoiseModel::NoiseModel() : share_(kFirstShares) {
  for (int i = 0; i < 20; ++i) ImproveMedian();
}

NoiseModel::Reading NoiseModel::Read(double surprise, double sigma_ns) const {
  const Shares& scales = Scales();
  std::array<Moments, kScales> seen;
  const double log_outlier = std::log(kOutlierDensity);
  double top = log_outlier;
  for (size_t k = 0; k < kScales; ++k) {
    if (!Counts(k)) continue;
    seen[k] = SeeDelayed(surprise, sigma_ns / scales[k]);
    seen[k].log_evidence += std::log(share_[k] / sigma_ns);
    top = std::max(top, seen[k].log_evidence);
  }
  Reading reading;
  reading.outlier = std::exp(log_outlier - top);
  double sum = reading.outlier;
  double mean = 0;
  double square = reading.outlier;
  for (size_t k = 0; k < kScales; ++k) {
    if (!Counts(k)) continue;
    const double p = std::exp(seen[k].log_evidence - top);
    reading.shares[k] = p;
    sum += p;
    mean += p * seen[k].mean;
    square += p * (seen[k].variance + seen[k].mean * seen[k].mean);
  }
  for (double& share : reading.shares) share /= sum;
  reading.outlier /= sum;
  reading.moments.log_evidence = top + std::log(sum);
  reading.moments.mean = mean / sum;
  reading.moments.variance =
      std::max(1e-4, square / sum - reading.moments.mean * reading.moments.mean);
  return reading;
}

void NoiseModel::Learn(const Shares& shares, double rate) {
  double sum = 0;
  for (const double share : shares) sum += share;
  if (!(sum > 0.5)) return;  // an outlier teaches nothing
  const double pull = rate * std::max(1 / kMemory, std::pow(kHeadStart + seen_, -kDecay));
  seen_ += rate;
  double total = 0;
  for (size_t k = 0; k < kScales; ++k) {
    share_[k] += pull * (shares[k] / sum - share_[k] - kThinning);
    share_[k] = std::max(share_[k], kLeastShare);
    total += share_[k];
  }
  for (double& share : share_) share /= total;
  ImproveMedian();
}

// A scale with the least share is left out, which saves most of the work, unless
// its neighbour is alive: so that shares can move from scale to scale.
bool NoiseModel::Counts(size_t k) const {
  constexpr double kAlive = 3 * kLeastShare;
  return share_[k] > kAlive || (k > 0 && share_[k - 1] > kAlive) ||
         (k + 1 < kScales && share_[k + 1] > kAlive);
}

// Two steps of Newton's method on Survival(median) = 1/2, from the last median.
void NoiseModel::ImproveMedian() {
  for (int step = 0; step < 2; ++step) {
    double survival = 0;
    double density = 0;
    for (size_t k = 0; k < kScales; ++k) {
      const double part = share_[k] * std::exp(-median_ns_ / Scales()[k]);
      survival += part;
      density += part / Scales()[k];
    }
    median_ns_ =
        std::clamp(median_ns_ + (survival - 0.5) / density, median_ns_ / 2, median_ns_ * 2);
  }
}

double NoiseModel::Survival(double excess_ns) const {
  double survival = 0;
  for (size_t k = 0; k < kScales; ++k) {
    survival += share_[k] * std::exp(-std::max(0.0, excess_ns) / Scales()[k]);
  }
  return survival;
}

double NoiseModel::LeastOf(int count) const {
  const double wanted = std::pow(0.5, 1.0 / std::max(1, count));
  double below = 0;
  double above = median_ns_ * 2;
  for (int step = 0; step < 30; ++step) {
    const double middle = (below + above) / 2;
    (Survival(middle) > wanted ? below : above) = middle;
  }
  return below;
}

}  // namespace ptpcore::servo
