#include "ptpcore/servo/classic_servo.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ptpcore/servo/sanity.h"

namespace ptpcore::servo {
namespace {

constexpr double kPpb = 1e-9;
constexpr double kLongestGap_s = 4000;
constexpr double kJump_ns = 1e10;
constexpr int kJumpsToBelieve = 3;
// Residuals are remembered over about this many Syncs.
constexpr double kMemory = 16;
constexpr double kBound = 2;

}  // namespace

ClassicServo::ClassicServo(const ServoConfig& config, std::unique_ptr<Loop> loop)
    : config_(config),
      max_ppb_(std::isfinite(config.max_frequency_ppb) ? std::max(0.0, config.max_frequency_ppb)
                                                       : 0),
      loop_(std::move(loop)),
      acquisition_(0) {}

void ClassicServo::Reset(double frequency_ppb, bool may_step) {
  estimate_ = {};
  if (std::isfinite(frequency_ppb)) {
    estimate_.frequency_ppb = std::clamp(frequency_ppb, -max_ppb_, max_ppb_);
  }
  may_step_ = may_step;
  Restart();
}

void ClassicServo::Restart() {
  started_ = acquired_ = false;
  jumps_ = 0;
  acquisition_ = Acquisition(estimate_.frequency_ppb);
  lock_.Reset();
  last_sync_ns_.reset();
  delays_ = 0;
  estimate_.calibrated = estimate_.slewing_at_maximum = estimate_.delay_known = false;
}

double ClassicServo::Seconds(int64_t from_ns, int64_t to_ns) const {
  const auto elapsed = Difference(to_ns, from_ns);
  if (!elapsed) return kLongestGap_s * 2;
  return static_cast<double>(*elapsed) / kNsPerSecond / (1 + estimate_.frequency_ppb * kPpb);
}

std::optional<double> ClassicServo::Flight(const OneWay& measured, Direction direction) {
  estimate_.last_weight = 0;
  estimate_.last_rejection = Rejection::kAbsurd;
  if (!IsSane(measured)) return std::nullopt;
  const int64_t offset = measured.local_ns - measured.master_ns;
  if (!started_) {
    started_ = true;
    zero_offset_ns_ = offset;
    start_ns_ = measured.local_ns;
  }
  const auto relative = Difference(offset, zero_offset_ns_);
  const double since = Seconds(last_sync_ns_.value_or(start_ns_), measured.local_ns);
  if (!relative || std::abs(static_cast<double>(*relative)) > kJump_ns + kLargestCorrection_ns ||
      std::abs(since) > kLongestGap_s) {
    if (++jumps_ >= kJumpsToBelieve) Restart();  // another clock than the one known so far
    return std::nullopt;
  }
  jumps_ = 0;
  estimate_.last_rejection = Rejection::kNone;
  const double sign = direction == Direction::kFromMaster ? 1 : -1;
  return sign * static_cast<double>(*relative) - measured.correction_ns;
}

Command ClassicServo::OnSync(const OneWay& sync) {
  const auto flight = Flight(sync, Direction::kFromMaster);
  if (!flight) return {};
  double elapsed_s = 0;
  if (last_sync_ns_) {
    elapsed_s = Seconds(*last_sync_ns_, sync.local_ns);
    if (elapsed_s <= 0) {
      estimate_.last_rejection = Rejection::kOutOfPlace;
      return {};
    }
    interval_s_ += (std::clamp(elapsed_s, 1.0 / 256, 32.0) - interval_s_) / 4;
  }
  last_sync_ns_ = sync.local_ns;
  last_flight_ns_ = *flight;
  estimate_.last_weight = 1;
  if (!acquired_) {
    const double at_s = Seconds(start_ns_, sync.local_ns);
    const auto fit = acquisition_.Add({Direction::kFromMaster, at_s, *flight});
    return fit ? Acquire(*fit) : Command{};
  }
  return Steer(*flight - estimate_.mean_path_delay_ns, elapsed_s);
}

Command ClassicServo::OnDelay(const OneWay& delay_req) {
  const auto flight = Flight(delay_req, Direction::kToMaster);
  if (!flight) return {};
  estimate_.last_weight = 1;
  if (!acquired_) {
    const double at_s = Seconds(start_ns_, delay_req.local_ns);
    const auto fit = acquisition_.Add({Direction::kToMaster, at_s, *flight});
    return fit ? Acquire(*fit) : Command{};
  }
  if (last_sync_ns_) LearnDelay((last_flight_ns_ + *flight) / 2);
  return {};
}

Command ClassicServo::OnPeerDelay(const PeerExchange& exchange) {
  if (!IsSane(exchange)) return {};
  LearnDelay(exchange.link_delay_ns());
  estimate_.delay_known = acquired_;  // before, there is no offset that it would belong to
  acquisition_.KnowDelay(estimate_.mean_path_delay_ns, std::abs(estimate_.mean_path_delay_ns));
  return {};
}

Command ClassicServo::OnSilence(int64_t /*local_ns*/) {
  if (!acquired_) return {};
  estimate_.frequency_ppb = std::clamp(-loop_->rate_ppb(), -max_ppb_, max_ppb_);
  Command command;
  command.frequency_ppb = estimate_.frequency_ppb;
  return command;
}

void ClassicServo::LearnDelay(double delay_ns) {
  delay_[delays_++ % kDelays] = delay_ns;
  std::array<double, kDelays> sorted = delay_;
  const size_t count = std::min(delays_, kDelays);
  std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count));
  estimate_.mean_path_delay_ns = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  estimate_.delay_known = true;
  estimate_.noise_ns = std::max(0.0, estimate_.mean_path_delay_ns - sorted[0]);
}

Command ClassicServo::Acquire(const Acquisition::Fit& fit) {
  acquired_ = true;
  if (delays_ == 0) LearnDelay(fit.state.delay_ns);  // else the link's is known
  estimate_.delay_known = true;
  loop_->Start(fit.state.rate_ppb);
  mean_square_ns2_ = fit.sigma.offset_ns * fit.sigma.offset_ns;
  rate_doubt_ppb_ = fit.sigma.rate_ppb;
  return Steer(fit.state.offset_ns, 0);
}

Command ClassicServo::Steer(double offset_ns, double elapsed_s) {
  Command command;
  double offset = static_cast<double>(zero_offset_ns_) + offset_ns;
  const bool first = std::exchange(may_step_, false);
  const bool step = MayStep(config_, offset, first);
  if (step) {
    command.step_ns = -std::llround(offset);
    // Later flights are measured on the stepped clock, without a zero of their own.
    offset += static_cast<double>(*command.step_ns);
    const double zero_moved = static_cast<double>(zero_offset_ns_ + *command.step_ns);
    last_flight_ns_ += zero_moved;
    if (last_sync_ns_) *last_sync_ns_ += *command.step_ns;
    start_ns_ += *command.step_ns;
    zero_offset_ns_ = 0;
  }
  const Loop::Sample sample{elapsed_s, offset, interval_s_, estimate_.frequency_ppb};
  if (step) loop_->Shift(static_cast<double>(*command.step_ns));
  const double wanted = loop_->Next(sample, max_ppb_);
  if (!std::isfinite(wanted)) {
    Restart();
    return command;
  }
  const double frequency = std::clamp(wanted, -max_ppb_, max_ppb_);
  rate_doubt_ppb_ += (std::abs(frequency - estimate_.frequency_ppb) - rate_doubt_ppb_) / kMemory;
  estimate_.frequency_ppb = frequency;
  estimate_.slewing_at_maximum = std::abs(wanted) >= max_ppb_;
  estimate_.offset_ns = offset;
  command.frequency_ppb = frequency;
  Explain(offset);
  return command;
}

// All that a classic servo knows of its error is how far the offsets scatter.
void ClassicServo::Explain(double residual_ns) {
  const double square = std::min(residual_ns * residual_ns, 1e30);
  mean_square_ns2_ += (square - mean_square_ns2_) / kMemory;
  estimate_.root_dispersion_ns = std::sqrt(mean_square_ns2_);
  estimate_.bound_95_ns = kBound * estimate_.root_dispersion_ns;
  estimate_.calibrated = lock_.See({residual_ns, 0, 0, estimate_.noise_ns, interval_s_});
}

Holdover ClassicServo::PredictHoldover(int64_t local_ns) const {
  const double after = last_sync_ns_ ? std::max(0.0, Seconds(*last_sync_ns_, local_ns)) : 0;
  const double sigma = std::hypot(estimate_.root_dispersion_ns, rate_doubt_ppb_ * after);
  return {sigma, kBound * sigma};
}

}  // namespace ptpcore::servo
