#include "ptpcore/servo/adaptive_servo.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ptpcore/servo/sanity.h"

namespace ptpcore::servo {
namespace {

constexpr double kPpb = 1e-9;
// Measurements that are older than the state by more than this are not used.
constexpr double kOldest_s = 2;
// After this long without a measurement the past says nothing any more.
constexpr double kLongestGap_s = 4000;
// The estimator's zero is moved when the offset is farther from it than this.
constexpr double kFarFromZero_ns = 1e9;
// A flight that deviates by more than this is a jump, not a late packet.
constexpr double kJump_ns = 1e10;

// One measurement like that is a broken packet, so many are another clock.
constexpr int kJumpsToBelieve = 3;
// The time until a command takes effect: the clock ran at the old frequency for
// this much longer than the estimator thinks.
constexpr double kLatency_s = 2e-3;
// How many standard deviations hold 95 of 100 cases. A Gaussian would need 1.96;
// what is left of a one-sided noise has a heavier tail.
constexpr double kBound = 2.7;
// A flight that is more likely than not explained by nothing is absurd.
constexpr double kAbsurd = 0.5;
// What another program left of an offset is slewed away at this rate, or faster where
// that would take longer than this.
constexpr double kGentleSlew_ppb = 20'000;
constexpr double kLongestSlew_s = 300;
// The first belief is about one frequency: with another one it is looked for anew.
constexpr double kSameFrequency_ppb = 100;
}  // namespace

std::unique_ptr<Servo> NewServo(const ServoConfig& config) {
  return std::make_unique<AdaptiveServo>(config);
}

AdaptiveServo::AdaptiveServo(const ServoConfig& config)
    : config_(config),
      controller_(config.max_frequency_ppb),
      acquisition_(0),
      guard_(config.max_frequency_change_ppb) {}

void AdaptiveServo::Reset(double frequency_ppb, bool may_step) {
  estimate_ = {};
  estimate_.taking_back = hand_ == Hand::kTakesBack;
  // Steering by minus the rate with no offset is a clamp that refuses nonsense.
  estimate_.frequency_ppb = controller_.Steer(0, 0, -frequency_ppb, 1).frequency_ppb;
  may_step_ = may_step;
  guard_.Reset();
  Restart();
}

void AdaptiveServo::Restart() {
  started_ = false;
  jumps_ = 0;
  acquired_ = false;
  acquisition_ = Acquisition(estimate_.frequency_ppb);
  acquisition_s_ = 0;
  UseLink();
  syncs_.Reset();
  delays_.Reset();
  last_sync_ns_.reset();
  lock_.Reset();
  estimate_.calibrated = false;
  estimate_.slewing_at_maximum = false;
}

double AdaptiveServo::Offset() const {
  return static_cast<double>(zero_offset_ns_) + estimator_.state().offset_ns;
}

Command AdaptiveServo::OnSync(const OneWay& sync) {
  if (!IsSane(sync)) return {};
  if (last_sync_ns_) {
    const auto gap = Difference(sync.local_ns, *last_sync_ns_);
    // Averaged over a few, so that a lost or doubled Sync changes little.
    if (gap && *gap > 0) {
      const double seconds = std::clamp(static_cast<double>(*gap) / kNsPerSecond, 1.0 / 256, 32.0);
      sync_interval_s_ += (seconds - sync_interval_s_) / 4;
    }
  }
  last_sync_ns_ = sync.local_ns;
  return Select(syncs_, sync, Direction::kFromMaster);
}

Command AdaptiveServo::OnDelay(const OneWay& delay_req) {
  return Select(delays_, delay_req, Direction::kToMaster);
}

Command AdaptiveServo::Select(PacketSelector& selector, const OneWay& measured,
                              Direction direction) {
  // To find the frequency takes all flights there are; while another program steers it
  // may change from one to the next.
  if (!IsSane(measured) || !estimate_.calibrated || hand_ == Hand::kLent) {
    selector.Reset();
    return See(measured, direction);
  }
  const auto fastest =
      selector.See(measured, estimator_.state().rate_ppb + estimate_.frequency_ppb);
  return fastest ? See(*fastest, direction) : Command{};
}

Command AdaptiveServo::OnPeerDelay(const PeerExchange& exchange) {
  link_.See(exchange, estimate_.frequency_ppb);
  UseLink();
  return {};
}

void AdaptiveServo::UseLink() {
  const auto delay = link_.delay();
  if (!delay) return;
  acquisition_.KnowDelay(delay->ns, delay->sigma_ns);
  if (!acquired_) return;
  estimator_.KnowDelay(delay->ns, delay->sigma_ns);
  estimate_.mean_path_delay_ns = estimator_.mean_delay_ns();
}

void AdaptiveServo::Lend() {
  hand_ = Hand::kLent;
  estimate_.slewing_at_maximum = estimate_.taking_back = false;
}

void AdaptiveServo::NoteFrequency(double mean_ppb, double doubt_ns) {
  if (hand_ != Hand::kLent || !std::isfinite(mean_ppb) || !std::isfinite(doubt_ns)) return;
  const double change = std::abs(mean_ppb - estimate_.frequency_ppb);
  estimate_.frequency_ppb = mean_ppb;
  if (acquired_) {
    estimator_.Doubt(doubt_ns);
  } else if (change > kSameFrequency_ppb) {
    Restart();
  }
}

void AdaptiveServo::TakeBack() {
  if (hand_ != Hand::kLent) return;
  hand_ = Hand::kSteers;
  if (!estimate_.calibrated) return;
  hand_ = Hand::kTakesBack;
  may_step_ = false;
  most_slew_ppb_ = std::max(kGentleSlew_ppb, std::abs(Offset()) / kLongestSlew_s);
  estimate_.taking_back = true;
}

Command AdaptiveServo::OnSilence(int64_t local_ns) {
  if (!acquired_ || hand_ == Hand::kLent) return {};
  const auto elapsed = Difference(local_ns, local_ns_);
  const double elapsed_s = elapsed ? Elapsed(*elapsed) : 0;
  if (elapsed_s > kLongestGap_s) return {};
  if (elapsed_s > 0) {
    estimator_.Advance(elapsed_s, estimate_.frequency_ppb);
    local_ns_ = local_ns;
  }
  link_.AdvanceTo(local_ns_, estimate_.frequency_ppb);
  estimate_.frequency_ppb =
      controller_
          .Steer(0, 0, believed_ ? estimator_.state().rate_ppb : guard_.trusted_ppb(),
                 sync_interval_s_)
          .frequency_ppb;
  Command command;
  command.frequency_ppb = estimate_.frequency_ppb;
  return command;
}

double AdaptiveServo::Elapsed(int64_t local_ns) const {
  return static_cast<double>(local_ns) / kNsPerSecond / (1 + estimate_.frequency_ppb * kPpb);
}

std::optional<AdaptiveServo::Flight> AdaptiveServo::Place(const OneWay& measured,
                                                          Direction direction) {
  if (!IsSane(measured)) return std::nullopt;
  const int64_t offset = measured.local_ns - measured.master_ns;
  if (!started_) {
    started_ = true;
    zero_offset_ns_ = offset;
    local_ns_ = measured.local_ns;
  }
  const auto elapsed = Difference(measured.local_ns, local_ns_);
  const auto relative = Difference(offset, zero_offset_ns_);
  Flight flight;
  if (elapsed) {
    flight.elapsed_s = Elapsed(*elapsed);
  }
  if (relative) {
    const double sign = direction == Direction::kFromMaster ? 1 : -1;
    flight.flight_ns = sign * static_cast<double>(*relative) - measured.correction_ns;
  }
  const bool jumped = !elapsed || !relative || std::abs(flight.elapsed_s) > kLongestGap_s ||
                      std::abs(flight.flight_ns) > kJump_ns + 2 * kFarFromZero_ns;
  if (jumped) {
    if (++jumps_ >= kJumpsToBelieve) Restart();  // another clock than the one known so far
    return std::nullopt;
  }
  jumps_ = 0;
  return flight;
}

Command AdaptiveServo::See(const OneWay& measured, Direction direction) {
  const auto flight = Place(measured, direction);
  estimate_.last_weight = 0;
  estimate_.last_rejection = Rejection::kAbsurd;
  if (!flight) return {};

  Estimator::Seen seen;
  const double passed_s = acquired_ ? std::max(0.0, flight->elapsed_s) : 0;
  if (!acquired_) {
    acquisition_s_ += flight->elapsed_s;
    local_ns_ = measured.local_ns;
    estimate_.last_rejection = Rejection::kNone;
    const auto fit = acquisition_.Add({direction, acquisition_s_, flight->flight_ns});
    if (!fit) return {};
    acquired_ = true;
    estimator_.Start(fit->state, fit->sigma);
    UseLink();
    seen.weight = 1;
  } else {
    const double age = std::max(0.0, -flight->elapsed_s);
    if (age > kOldest_s) {
      estimate_.last_rejection = Rejection::kOutOfPlace;
      return {};
    }
    if (flight->elapsed_s > 0) {
      estimator_.Advance(flight->elapsed_s, estimate_.frequency_ppb);
      local_ns_ = measured.local_ns;
    }
    seen = estimator_.See(direction, flight->flight_ns, age, estimate_.frequency_ppb);
  }
  if (!std::isfinite(Offset() + estimator_.state().rate_ppb + estimator_.sigma().offset_ns)) {
    Restart();  // not known to happen; a clock is too precious to rely on it
    return {};
  }
  if (direction == Direction::kFromMaster) estimate_.offset_ns = Offset();
  believed_ = guard_.See(estimator_.state().rate_ppb, estimator_.sigma().rate_ppb, passed_s,
                         estimate_.calibrated);
  const Command command = Act();

  estimate_.delay_known = true;
  estimate_.mean_path_delay_ns = estimator_.mean_delay_ns();
  if (direction == Direction::kFromMaster) {
    estimate_.calibrated =
        lock_.See({hand_ == Hand::kSteers ? Offset() : 0, estimator_.sigma().offset_ns,
                   estimator_.sigma().rate_ppb, estimator_.noise_ns(), sync_interval_s_}) &&
        believed_;
  }
  Explain(seen);
  return command;
}

void AdaptiveServo::Explain(const Estimator::Seen& seen) {
  estimate_.last_weight = seen.weight;
  estimate_.last_rejection = seen.outlier > kAbsurd || !believed_ ? Rejection::kAbsurd
                             : seen.late                          ? Rejection::kDelayed
                                                                  : Rejection::kNone;
  estimate_.noise_ns = estimator_.noise_ns();
  estimate_.asymmetry_ns = estimator_.asymmetry_ns();
  estimate_.wander_ppb = estimator_.wander_ppb();
  estimate_.root_dispersion_ns = estimator_.OffsetSigma(0);
  // Is to hold until the next Sync that is believed.
  const double until_s = std::max(sync_interval_s_, PacketSelector::kGroup_s);
  estimate_.bound_95_ns = std::max(Foresee(0).bound_95_ns, Foresee(until_s).bound_95_ns);
}

Holdover AdaptiveServo::Foresee(double after_s) const {
  const double offset =
      Offset() + (estimator_.state().rate_ppb + estimate_.frequency_ppb) * after_s;
  const double sigma = estimator_.OffsetSigma(after_s);
  return {std::hypot(offset, sigma), std::abs(offset) + kBound * sigma};
}

Holdover AdaptiveServo::PredictHoldover(int64_t local_ns) const {
  if (!acquired_) return {};
  const auto elapsed = Difference(local_ns, local_ns_);
  return Foresee(elapsed ? std::max(0.0, Elapsed(*elapsed)) : kLongestGap_s);
}

Command AdaptiveServo::Act() {
  Command command;
  link_.AdvanceTo(local_ns_, estimate_.frequency_ppb);
  const double offset = Offset();
  const bool first = may_step_;
  if (hand_ != Hand::kLent) may_step_ = false;
  const bool step = hand_ == Hand::kSteers && believed_ && MayStep(config_, offset, first);
  if (step) {
    // What remains in the estimator is the part that is no whole nanosecond.
    const auto whole = static_cast<int64_t>(std::llround(estimator_.state().offset_ns));
    estimator_.Shift(-static_cast<double>(whole));
    command.step_ns = -(zero_offset_ns_ + whole);
    local_ns_ += *command.step_ns;
    link_.Step(*command.step_ns);
    syncs_.Reset();
    delays_.Reset();
    zero_offset_ns_ = 0;
    last_sync_ns_.reset();
  } else if (std::abs(estimator_.state().offset_ns) > kFarFromZero_ns) {
    const auto whole = static_cast<int64_t>(std::llround(estimator_.state().offset_ns));
    estimator_.Shift(-static_cast<double>(whole));
    zero_offset_ns_ += whole;
  }
  if (hand_ == Hand::kLent) return command;
  if (hand_ == Hand::kTakesBack && std::abs(offset) < LockMonitor::Near(estimator_.noise_ns())) {
    hand_ = Hand::kSteers;
    estimate_.taking_back = false;
  }
  const double most_slew_ppb =
      hand_ == Hand::kTakesBack ? most_slew_ppb_ : std::numeric_limits<double>::infinity();
  const Controller::Output output =
      believed_ ? controller_.Steer(Offset(), estimator_.sigma().offset_ns,
                                    estimator_.state().rate_ppb, sync_interval_s_, most_slew_ppb)
                : controller_.Steer(0, 0, guard_.trusted_ppb(), sync_interval_s_);
  estimator_.Doubt(kLatency_s * std::abs(output.frequency_ppb - estimate_.frequency_ppb));
  estimate_.frequency_ppb = output.frequency_ppb;
  estimate_.slewing_at_maximum = output.at_maximum;
  command.frequency_ppb = output.frequency_ppb;
  return command;
}

}  // namespace ptpcore::servo
