#include "ptpcore/servo/estimator.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ptpcore::servo {
namespace {

// Random walk of the frequency, ppb^2 per second: from an oven to a virtual machine
// and, last, to an oscillator in sudden change.
constexpr std::array<double, 6> kWander = {0.01, 0.1, 1, 10, 100, 1e3};

// The chance that the oscillator's wander is another one at the next measurement.
constexpr double kSwitch = 3e-4;

// The smallest delay creeps by this part of the usual excess per square root of a
// second. This is as much for the filter's sake as for the cable's: a cut-off
// Gaussian is a shape too simple, and a filter too sure of the delay would take
// long to leave a wrong one.
constexpr double kCreep = 0.007;
constexpr double kLeastCreep_ns = 0.1;

// The share of belief that the prediction without measurements leaves out.
constexpr double kTrimmed = 0.01;

// A flight that removes less of the doubt counts as one that says nothing.
constexpr double kNoWeight = 1e-3;

// Only a past of so many flights, whose offset is known better than the noise, can
// tell that one direction has got longer; before, it is the guess that was wrong. An
// asymmetry that never was would bias the clock for good.
constexpr int kEstablished = 300;

// While the noise is being learned: an offset that was found while the noise seemed this
// much less is doubted by so many times the noise, which turned out to blur it more.
constexpr double kMoreNoise = 1.5;
constexpr double kNoiseDoubt = 2;

// The filters are surer at the start than they may be, since they know neither noise nor
// frequency. After n flights the offset is known no better than kToldWell / n of their
// mean deviation, at most kMostSpread of it. Until the frequency is known, flights in
// quick succession tell the same thing, the more so the more noise there is, and only so
// many of them count. Fitted to what held at noises of 10 ns to 1 ms and intervals of
// 2^-7 to 2^4 s, on other seeds than the tests'.
constexpr double kToldWell = 40;
constexpr double kMostSpread = 0.9;
constexpr double kToldPerSecond = 16;
constexpr double kToldPerSecondAndSpread_ns = 3e6;
constexpr int kSpreadMemory = 40;
constexpr double kBroken = 0.5;  // an outlier with this probability tells nothing of noise

// A direction that has got longer is watched over so many flights.
constexpr int kProbation = 16;
constexpr double kNotYet_ns = 1e18;

// A jump of the frequency is found to this part of its size, or so.
constexpr double kMoving = 0.3;
constexpr double kLeastNoise_ns = 5;
constexpr double kShortest_s = 0.1;

// After a change of this size, the frequency may be off by that much per second.
constexpr double kRateDoubtPerSecond = 0.1;

}  // namespace

Estimator::Estimator() {
  for (size_t m = 0; m < kFilters; ++m) filter_[m] = ClockFilter(kWander[m]);
}

void Estimator::Start(const ClockFilter::State& state, const ClockFilter::State& sigma) {
  for (ClockFilter& filter : filter_) filter.Start(state, sigma);
  all_.Start(state, sigma);
  belief_.fill(1.0 / kFilters);
  noise_ = {};
  StartOver();
  asymmetry_ns_ = {};
  probation_ = {};
  now_s_ = 0;
  flights_ = 0;
  delay_known_ = false;
  believed_noise_ns_ = noise_ns();
  spread_ns_ = 0;
}

void Estimator::KnowDelay(double delay_ns, double sigma_ns) {
  delay_known_ = true;
  for (ClockFilter& filter : filter_) filter.KnowDelay(delay_ns, sigma_ns);
  jump_.KnowDelay(delay_ns, sigma_ns);
  all_.Blend(filter_.data(), belief_.data(), kFilters);
}

void Estimator::StartOver() {
  change_ = {};
  diagnosis_.Reset();
  jump_.Reset();
  asked_ = {};
}

void Estimator::Advance(double elapsed_s, double correction_ppb) {
  const double least_noise = delay_known_
                                 ? noise_[0].MedianExcess()
                                 : std::min(noise_[0].MedianExcess(), noise_[1].MedianExcess());
  const double creep = kLeastCreep_ns + kCreep * least_noise;
  now_s_ += elapsed_s;
  for (ClockFilter& filter : filter_) filter.Advance(elapsed_s, correction_ppb, creep);
  jump_.Advance(elapsed_s, correction_ppb, creep);
  all_.Blend(filter_.data(), belief_.data(), kFilters);
}

void Estimator::Shift(double by_ns) {
  for (ClockFilter& filter : filter_) filter.Shift({by_ns, 0, 0});
  all_.Shift({by_ns, 0, 0});
  jump_.Shift({by_ns, 0, 0});
}

void Estimator::Doubt(double offset_sigma_ns) {
  for (ClockFilter& filter : filter_) filter.Doubt({offset_sigma_ns, 0, 0});
  jump_.Doubt({offset_sigma_ns, 0, 0});
}

void Estimator::Mix() {
  const std::array<ClockFilter, kFilters> before = filter_;
  std::array<double, kFilters> now{};
  for (size_t to = 0; to < kFilters; ++to) {
    std::array<double, kFilters> share{};
    for (size_t from = 0; from < kFilters; ++from) {
      share[from] = belief_[from] * (kSwitch / kFilters + (from == to ? 1 - kSwitch : 0));
      now[to] += share[from];
    }
    for (double& s : share) s /= now[to];
    filter_[to].Blend(before.data(), share.data(), kFilters);
  }
  belief_ = now;
}

Estimator::Seen Estimator::Watch(Direction direction, double flight_ns, double age_s,
                                 double correction_ppb) {
  const auto one = static_cast<size_t>(direction);
  const NoiseModel& noise = noise_[one];
  const double excess = all_.Read(noise, direction, flight_ns, age_s, correction_ppb).innovation_ns;
  Probation& probation = probation_[one];
  probation.least_ns = std::min(probation.least_ns, excess);
  if (--probation.left == 0) {
    asymmetry_ns_[one] += probation.least_ns - noise.LeastOf(kProbation);
    // It never was, or is over.
    if (std::abs(asymmetry_ns_[one]) < noise_ns() + 2 * sigma().offset_ns) asymmetry_ns_[one] = 0;
  }
  Seen seen;
  seen.outlier = 1;
  return seen;
}

void Estimator::DoubtWhatNoiseSpoiled() {
  if (flights_ >= kEstablished || noise_ns() < kMoreNoise * believed_noise_ns_) return;
  believed_noise_ns_ = noise_ns();
  const double doubt = kNoiseDoubt * noise_ns();
  for (ClockFilter& filter : filter_) {
    filter.Doubt({doubt, doubt / std::max(now_s_, kShortest_s), delay_known_ ? 0 : doubt});
  }
}

bool Estimator::EndProbation() {
  bool any = false;
  for (size_t one = 0; one < probation_.size(); ++one) {
    if (probation_[one].left == 0) continue;
    asymmetry_ns_[one] = probation_[one].before_ns;
    probation_[one].left = 0;
    any = true;
  }
  return any;
}

void Estimator::FollowJump() {
  EndProbation();
  const double size_ppb = std::abs(jump_.filter().state().rate_ppb - all_.state().rate_ppb);
  const double whole = 1;
  for (ClockFilter& filter : filter_) {
    filter.Blend(&jump_.filter(), &whole, 1);
    filter.Doubt({0, kMoving * size_ppb, 0});
  }
  StartOver();
}

bool Estimator::Reconsider(Direction direction, double least_ns) {
  using Kind = ChangeDiagnosis::Kind;
  if (delay_known_) {
    // It is no change of the link, so it is one of the clocks or of what lies before it.
    for (ClockFilter& filter : filter_) {
      filter.Doubt({least_ns, kRateDoubtPerSecond * least_ns, 0});
    }
    StartOver();
    return true;
  }
  const double noise = noise_ns() + 2 * sigma().offset_ns + kLeastNoise_ns;
  ChangeDiagnosis::Finding found =
      diagnosis_.Find(direction, noise, asked_[static_cast<size_t>(direction)]);
  if (found.kind != Kind::kTooEarly && EndProbation()) found.kind = Kind::kUnclear;
  const bool one_sided = found.kind == Kind::kFromMasterOnly || found.kind == Kind::kToMasterOnly;
  if (one_sided && !(flights_ >= kEstablished && sigma().offset_ns < noise_ns())) {
    found.kind = Kind::kUnclear;
  }
  ClockFilter::State shift;
  ClockFilter::State doubt;
  switch (found.kind) {
    case Kind::kTooEarly:
      ++asked_[static_cast<size_t>(direction)];
      return false;
    case Kind::kUnclear:
      // Offset, or path, or both: the next measurements of both directions tell.
      doubt = {least_ns, kRateDoubtPerSecond * least_ns, least_ns};
      break;
    case Kind::kRoute:
      shift.delay_ns = found.size_ns;
      doubt.delay_ns = noise;
      break;
    case Kind::kOffset:
      shift.offset_ns = found.size_ns;
      doubt.offset_ns = noise;
      doubt.rate_ppb = noise / std::max(found.over_s, kShortest_s);  // may hide behind a jump
      break;
    case Kind::kFrequency:
      shift.offset_ns = found.size_ns;
      shift.rate_ppb = found.rate_ppb;
      doubt.offset_ns = noise + kMoving * std::abs(found.rate_ppb);
      doubt.rate_ppb = noise + kMoving * std::abs(found.rate_ppb);
      break;
    case Kind::kFromMasterOnly:
    case Kind::kToMasterOnly: {
      const size_t one = found.kind == Kind::kFromMasterOnly ? 0 : 1;
      probation_[one] = {kProbation, kNotYet_ns, asymmetry_ns_[one]};
      asymmetry_ns_[one] += found.size_ns;
      break;
    }
  }
  for (ClockFilter& filter : filter_) {
    filter.Shift(shift);
    filter.Doubt(doubt);
  }
  StartOver();
  return true;
}

Estimator::Seen Estimator::See(Direction direction, double flight_ns, double age_s,
                               double correction_ppb) {
  NoiseModel& noise = noise_[static_cast<size_t>(direction)];
  ChangeDetector& change = change_[static_cast<size_t>(direction)];
  if (flights_ < std::numeric_limits<int>::max()) ++flights_;
  flight_ns -= asymmetry_ns_[static_cast<size_t>(direction)];
  if (probation_[static_cast<size_t>(direction)].left > 0) {
    return Watch(direction, flight_ns, age_s, correction_ppb);
  }
  Mix();
  std::array<ClockFilter::Reading, kFilters> reading;
  double top = -1e300;
  for (size_t m = 0; m < kFilters; ++m) {
    reading[m] = filter_[m].Read(noise, direction, flight_ns, age_s, correction_ppb);
    top = std::max(top, reading[m].noise.moments.log_evidence);
  }
  double total = 0;
  for (size_t m = 0; m < kFilters; ++m) {
    belief_[m] *= std::exp(reading[m].noise.moments.log_evidence - top);
    total += belief_[m];
  }

  NoiseModel::Shares shares{};
  double innovation = 0;
  double sigma = 0;
  double outlier = 0;
  double doubt = 0;
  for (size_t m = 0; m < kFilters; ++m) {
    belief_[m] /= total;
    for (size_t k = 0; k < shares.size(); ++k) {
      shares[k] += belief_[m] * reading[m].noise.shares[k];
    }
    innovation += belief_[m] * reading[m].innovation_ns;
    sigma += belief_[m] * reading[m].sigma_ns;
    outlier += belief_[m] * reading[m].noise.outlier;
    doubt += belief_[m] * reading[m].noise.moments.variance;
    filter_[m].Accept(reading[m]);
  }

  if (outlier < kBroken || flights_ < kSpreadMemory) {
    spread_ns_ += (std::abs(innovation) - spread_ns_) / std::min(flights_, kSpreadMemory);
  }
  diagnosis_.Add(direction, now_s_ - age_s, innovation);
  bool changed = change.See(noise.Survival(innovation - sigma), outlier, std::abs(innovation));
  // What may be a change of path must not be learned as noise.
  noise.Learn(shares, 1 / (1 + change.suspicion()));
  DoubtWhatNoiseSpoiled();
  if (jump_.See(all_, noise,
                {direction, flight_ns, age_s, correction_ppb, top + std::log(total), outlier,
                 1 - doubt})) {
    FollowJump();
    changed = true;
  } else if (changed) {
    changed = Reconsider(direction, change.size_ns());
  }
  all_.Blend(filter_.data(), belief_.data(), kFilters);
  Seen seen;
  seen.weight = std::clamp(1 - doubt, 0.0, 1.0);
  seen.late = seen.weight < kNoWeight && innovation > 2 * sigma;
  seen.outlier = outlier;
  seen.changed = changed;
  return seen;
}

double Estimator::OffsetSigma(double after_s) const {
  // The wildest filters are never quite disbelieved, so that they can wake up; over
  // a long time their small share would outweigh all others. It is left out.
  double left_out = kTrimmed;
  double wander = 0;
  for (size_t m = kFilters; m-- > 0;) {
    const double counts = std::max(0.0, belief_[m] - left_out);
    left_out -= belief_[m] - counts;
    wander += counts * kWander[m];
  }
  const double least = LeastSigma();
  return std::sqrt(std::max(all_.OffsetVariance(after_s, wander), least * least));
}

double Estimator::DelaySigma() const {
  return std::max(all_.sigma().delay_ns, LeastSigma());
}

double Estimator::LeastSigma() const {
  const double per_second = kToldPerSecond + kToldPerSecondAndSpread_ns / (spread_ns_ + 1);
  const double told = std::min<double>(flights_, per_second * now_s_);
  return spread_ns_ * kMostSpread / std::max(1.0, kMostSpread * told / kToldWell);
}

double Estimator::noise_ns() const {
  if (delay_known_) return noise_[0].MedianExcess();
  return std::max(noise_[0].MedianExcess(), noise_[1].MedianExcess());
}

double Estimator::wander_ppb() const {
  double mean = 0;
  for (size_t m = 0; m < kFilters; ++m) mean += belief_[m] * kWander[m];
  return std::sqrt(mean);
}

}  // namespace ptpcore::servo
