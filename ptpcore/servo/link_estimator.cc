#include "ptpcore/servo/link_estimator.h"

#include <cmath>

#include "ptpcore/servo/sanity.h"

namespace ptpcore::servo {
namespace {

constexpr double kPpb = 1e-9;
// These four as in the adaptive servo.
constexpr double kOldest_s = 2;
constexpr double kLongestGap_s = 4000;
constexpr double kJump_ns = 1e10;
constexpr double kLatency_s = 2e-3;
constexpr int kJumpsToBelieve = 4;  // two exchanges
constexpr double kFarFromZero_ns = 1e9;
// The sum of two delays hardly ever is the sum of the least ones, so that the least of
// many sums lies above it: by up to this part of their noise.
constexpr double kSumDoubt = 0.1;

}  // namespace

LinkEstimator::LinkEstimator() : acquisition_(0) {}

void LinkEstimator::Restart() {
  *this = LinkEstimator();
}

std::optional<LinkEstimator::Delay> LinkEstimator::delay() const {
  if (!acquired_) return std::nullopt;
  const double sums = neighbor_tells_ ? 0 : kSumDoubt * estimator_.noise_ns();
  return Delay{estimator_.mean_delay_ns(), std::hypot(estimator_.DelaySigma(), sums)};
}

void LinkEstimator::Begin(const PeerExchange& exchange) {
  Restart();
  started_ = true;
  neighbor_ = exchange.neighbor;
  neighbor_tells_ = exchange.neighbor_ns.has_value();
  zero_offset_ns_ = neighbor_tells_ ? exchange.sent_ns - *exchange.neighbor_ns : 0;
  local_ns_ = exchange.sent_ns;
}

void LinkEstimator::See(const PeerExchange& exchange, double correction_ppb) {
  if (!IsSane(exchange)) return;
  if (!started_ || exchange.neighbor != neighbor_ ||
      exchange.neighbor_ns.has_value() != neighbor_tells_) {
    Begin(exchange);
  }
  if (!neighbor_tells_) {
    // Only the sum of both ways is told: as from a neighbour with our own clock.
    const int64_t link_ns = std::llround(exchange.link_delay_ns());
    See(Direction::kToMaster, exchange.sent_ns, -link_ns, 0);
    See(Direction::kFromMaster, exchange.received_ns, link_ns, 0);
    return;
  }
  const int64_t answered_ns = *exchange.neighbor_ns + std::llround(exchange.turnaround_ns);
  See(Direction::kToMaster, exchange.sent_ns, exchange.sent_ns - *exchange.neighbor_ns,
      correction_ppb);
  See(Direction::kFromMaster, exchange.received_ns, exchange.received_ns - answered_ns,
      correction_ppb);
}

void LinkEstimator::AdvanceTo(int64_t local_ns, double correction_ppb) {
  if (!started_) return;
  if (!neighbor_tells_) correction_ppb = 0;
  const auto elapsed = Difference(local_ns, local_ns_);
  if (!elapsed || *elapsed <= 0) return;
  const double elapsed_s =
      static_cast<double>(*elapsed) / kNsPerSecond / (1 + correction_ppb * kPpb);
  if (elapsed_s > kLongestGap_s) return;  // the next exchange starts over
  local_ns_ = local_ns;
  since_start_s_ += elapsed_s;
  corrected_ns_ += correction_ppb * elapsed_s;
  if (acquired_) {
    estimator_.Advance(elapsed_s, 0);
    estimator_.Doubt(kLatency_s * std::abs(correction_ppb - last_correction_ppb_));
  }
  last_correction_ppb_ = correction_ppb;
}

void LinkEstimator::Step(int64_t by_ns) {
  if (!started_) return;
  int64_t zero = 0;
  int64_t local = 0;
  if (__builtin_add_overflow(zero_offset_ns_, by_ns, &zero) ||
      __builtin_add_overflow(local_ns_, by_ns, &local)) {
    Restart();
    return;
  }
  if (neighbor_tells_) zero_offset_ns_ = zero;
  local_ns_ = local;
}

// The clocks were set: they are far apart in a new way, over the link as it was.
void LinkEstimator::FollowJump(bool after_a_gap, int64_t local_minus_neighbor_ns,
                               double corrected_ns) {
  if (!acquired_ || after_a_gap) {
    Restart();
    return;
  }
  jumps_ = 0;
  zero_offset_ns_ =
      local_minus_neighbor_ns - std::llround(estimator_.state().offset_ns + corrected_ns);
  estimator_.Doubt(std::abs(estimator_.mean_delay_ns()) + estimator_.noise_ns());
}

void LinkEstimator::See(Direction direction, int64_t local_ns, int64_t local_minus_neighbor_ns,
                        double correction_ppb) {
  AdvanceTo(local_ns, correction_ppb);
  const auto since = Difference(local_ns_, local_ns);
  const auto relative = Difference(local_minus_neighbor_ns, zero_offset_ns_);
  const double age_s =
      since ? static_cast<double>(*since) / kNsPerSecond / (1 + correction_ppb * kPpb) : 1e9;
  const double corrected_ns = corrected_ns_ - correction_ppb * age_s;
  const double offset_ns = relative ? static_cast<double>(*relative) - corrected_ns : 1e300;
  if (std::abs(age_s) > kLongestGap_s ||
      !(std::abs(offset_ns - (acquired_ ? estimator_.state().offset_ns : 0)) < kJump_ns)) {
    if (++jumps_ >= kJumpsToBelieve) {
      FollowJump(std::abs(age_s) > kLongestGap_s, local_minus_neighbor_ns, corrected_ns);
    }
    return;
  }
  jumps_ = 0;
  if (age_s > kOldest_s) return;
  const double flight_ns = direction == Direction::kToMaster ? -offset_ns : offset_ns;
  if (!acquired_) {
    const auto fit = acquisition_.Add({direction, since_start_s_ - age_s, flight_ns});
    if (!fit) return;
    acquired_ = true;
    estimator_.Start(fit->state, fit->sigma);
    return;
  }
  estimator_.See(direction, flight_ns, age_s, 0);
  const double offset = estimator_.state().offset_ns;
  if (!std::isfinite(offset + estimator_.mean_delay_ns() + estimator_.DelaySigma())) {
    Restart();  // as in the adaptive servo
  } else if (std::abs(offset) > kFarFromZero_ns) {
    const auto whole = static_cast<int64_t>(std::llround(offset));
    estimator_.Shift(-static_cast<double>(whole));
    zero_offset_ns_ += whole;
  }
}

}  // namespace ptpcore::servo
