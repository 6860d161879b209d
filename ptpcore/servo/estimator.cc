#include "ptpcore/servo/estimator.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

// Random walk of the frequency, ppb^2 per second: from an oven to a virtual machine.
constexpr std::array<double, 5> kWander = {0.01, 0.1, 1, 10, 100};

// The smallest delay creeps by this part of the usual excess per square root of a
// second. This is as much for the filter's sake as for the cable's: a cut-off
// Gaussian is a shape too simple, and a filter too sure of the delay would take
// long to leave a wrong one.
constexpr double kCreep = 0.007;

// Evidence older than about this many measurements is forgotten.
constexpr double kEvidenceMemory = 200;
// No filter is believed less, so that it can come back when things change.
constexpr double kLeastBelief = 1e-4;

}  // namespace

Estimator::Estimator()
    : filter_{ClockFilter(kWander[0]), ClockFilter(kWander[1]), ClockFilter(kWander[2]),
              ClockFilter(kWander[3]), ClockFilter(kWander[4])} {}

void Estimator::Start(const ClockFilter::State& state, const ClockFilter::State& sigma) {
  for (ClockFilter& filter : filter_) filter.Start(state, sigma);
  belief_.fill(1.0 / kFilters);
  noise_ = {};
  change_ = {};
  Combine();
}

void Estimator::Advance(double elapsed_s, double correction_ppb) {
  const double creep = 0.1 + kCreep * std::min(noise_[0].MedianExcess(), noise_[1].MedianExcess());
  for (ClockFilter& filter : filter_) filter.Advance(elapsed_s, correction_ppb, creep);
  Combine();
}

void Estimator::Shift(double by_ns) {
  for (ClockFilter& filter : filter_) filter.Shift(by_ns);
  Combine();
}

bool Estimator::See(Direction direction, double flight_ns, double age_s, double correction_ppb) {
  NoiseModel& noise = noise_[static_cast<size_t>(direction)];
  ChangeDetector& change = change_[static_cast<size_t>(direction)];
  std::array<ClockFilter::Reading, kFilters> reading;
  double top = -1e300;
  for (int m = 0; m < kFilters; ++m) {
    reading[m] = filter_[m].Read(noise, direction, flight_ns, age_s, correction_ppb);
    top = std::max(top, reading[m].noise.moments.log_evidence);
  }

  double total = 0;
  for (int m = 0; m < kFilters; ++m) {
    // Forgetting: old evidence counts for a little less at every measurement.
    belief_[m] = std::pow(belief_[m], 1 - 1 / kEvidenceMemory) *
                 std::exp(reading[m].noise.moments.log_evidence - top);
    total += belief_[m];
  }
  NoiseModel::Shares shares{};
  double innovation = 0;
  double outlier = 0;
  double sigma = 0;
  for (int m = 0; m < kFilters; ++m) {
    belief_[m] = std::max(belief_[m] / total, kLeastBelief);
    for (int k = 0; k < NoiseModel::kScales; ++k) {
      shares[k] += belief_[m] * reading[m].noise.shares[k];
    }
    innovation += belief_[m] * reading[m].innovation_ns;
    outlier += belief_[m] * reading[m].noise.outlier;
    sigma += belief_[m] * reading[m].sigma_ns;
    filter_[m].Accept(reading[m]);
  }

  const bool changed =
      change.See(noise.Survival(innovation - sigma), outlier, std::abs(innovation));
  // What may be a change of path must not be learned as noise.
  noise.Learn(shares, 1 / (1 + change.suspicion()));
  if (changed) {
    // Offset, or path, or both: the next measurements of both directions tell.
    const double size = change.size_ns();
    for (ClockFilter& filter : filter_) filter.Doubt({size, 100 + 1e-2 * size, size});
    for (ChangeDetector& detector : change_) detector.Reset();
  }
  Combine();
  return changed;
}

double Estimator::noise_ns() const {
  return std::max(noise_[0].MedianExcess(), noise_[1].MedianExcess());
}

void Estimator::Combine() {
  state_ = {};
  double total = 0;
  for (int m = 0; m < kFilters; ++m) {
    const ClockFilter::State& state = filter_[m].state();
    state_.offset_ns += belief_[m] * state.offset_ns;
    state_.rate_ppb += belief_[m] * state.rate_ppb;
    state_.delay_ns += belief_[m] * state.delay_ns;
    total += belief_[m];
  }
  state_ = {state_.offset_ns / total, state_.rate_ppb / total, state_.delay_ns / total};
  ClockFilter::State variance;
  for (int m = 0; m < kFilters; ++m) {
    const ClockFilter::State& state = filter_[m].state();
    const ClockFilter::State sigma = filter_[m].sigma();
    const auto spread = [&](double mean, double all, double deviation) {
      return belief_[m] / total * (deviation * deviation + (mean - all) * (mean - all));
    };
    variance.offset_ns += spread(state.offset_ns, state_.offset_ns, sigma.offset_ns);
    variance.rate_ppb += spread(state.rate_ppb, state_.rate_ppb, sigma.rate_ppb);
    variance.delay_ns += spread(state.delay_ns, state_.delay_ns, sigma.delay_ns);
  }
  sigma_ = {std::sqrt(variance.offset_ns), std::sqrt(variance.rate_ppb),
            std::sqrt(variance.delay_ns)};
}

}  // namespace ptpcore::servo
