#include "ptpcore/engine/steered_clock.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ptpcore::engine {
namespace {

// How fast the pace follows the frequency while locked.
constexpr double kPaceGain = 0.1;
// What a clock that runs on alone may gain or lose, beyond its bound, in a second.
constexpr double kOwnDriftPpb = 1'000;
// A clock that has just been set is the echo of whoever set it: it has no say while the
// other masters are still being measured.
constexpr double kEchoS = 10;

double Seconds(protocol::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

SteeredClock::SteeredClock(clock::Clock& clock, protocol::Duration holdover_limit, OnEvent on_event)
    : clock_(clock), on_event_(std::move(on_event)), status_(holdover_limit) {
  frequency_ppb_ = pace_ppb_ = clock_.Frequency().value_or(0);
}

bool SteeredClock::Step(int64_t delta_ns) {
  if (first_lock_ && (delta_ns > kPanicNs || delta_ns < -kPanicNs)) {
    ReportTrouble(absl::OutOfRangeError(absl::StrFormat(
        "the master asks for a step by %+.3f s, past the limit of %.0f s: refused",
        static_cast<double>(delta_ns) * 1e-9, static_cast<double>(kPanicNs) * 1e-9)));
    return false;
  }
  const absl::Status stepped = clock_.Step(delta_ns);
  ReportTrouble(stepped);
  if (!stepped.ok()) return false;
  ++steps_;
  moved_ns_ += static_cast<double>(delta_ns);
  on_event_("CLOCK_STEPPED", absl::StrFormat("by %+.9f s to follow the master",
                                             static_cast<double>(delta_ns) * 1e-9));
  return true;
}

void SteeredClock::SetFrequency(double ppb, protocol::MonoTime now) {
  AccountUntil(now);
  const absl::Status set = clock_.SetFrequency(ppb);
  if (set.ok()) frequency_ppb_ = ppb;
  ReportTrouble(set);
}

void SteeredClock::Measured(bool calibrated, double bound_ns, protocol::MonoTime now) {
  status_.Measured(calibrated);
  TellState();
  if (!calibrated || status_.lent()) return;
  AccountUntil(now);
  pace_ppb_ = first_lock_ ? pace_ppb_ + kPaceGain * (frequency_ppb_ - pace_ppb_) : frequency_ppb_;
  if (!first_lock_) first_lock_ = now;
  last_lock_ = Lock{moved_ns_, bound_ns, now};
}

double SteeredClock::MovedNs(protocol::MonoTime now) const {
  // ppb times seconds are nanoseconds.
  return moved_ns_ + (frequency_ppb_ - pace_ppb_) * Seconds(now - moved_at_);
}

std::optional<SteeredClock::Judgement> SteeredClock::OwnJudgement(protocol::MonoTime now) const {
  if (!last_lock_ || Seconds(now - *first_lock_) < kEchoS) return std::nullopt;
  return Judgement{MovedNs(now) - last_lock_->moved_ns,
                   last_lock_->bound_ns + kOwnDriftPpb * Seconds(now - last_lock_->at)};
}

void SteeredClock::Lend() {
  status_.SetLent(true);
  TellState();
}

void SteeredClock::NoteFrequency(double ppb, protocol::MonoTime now) {
  AccountUntil(now);
  frequency_ppb_ = ppb;
}

void SteeredClock::TakeBack(bool kept_right, protocol::MonoTime now) {
  if (const auto in_force = clock_.Frequency(); in_force.ok()) NoteFrequency(*in_force, now);
  if (kept_right && !first_lock_) {
    pace_ppb_ = frequency_ppb_;
    first_lock_ = now;
  }
  status_.SetLent(false);
  TellState();
}

std::optional<double> SteeredClock::pace_ppb() const {
  return first_lock_ ? std::optional(pace_ppb_) : std::nullopt;
}

void SteeredClock::AccountUntil(protocol::MonoTime now) {
  moved_ns_ = MovedNs(now);
  moved_at_ = now;
}

void SteeredClock::Lost(protocol::MonoTime now) {
  status_.Lost(now);
  TellState();
}

void SteeredClock::Advance(protocol::MonoTime now) {
  status_.Advance(now);
  TellState();
}

// Once per kind of trouble, or a clock that refuses would fill the log.
void SteeredClock::ReportTrouble(const absl::Status& status) {
  std::string trouble = status.ok() ? "" : std::string(status.message());
  if (trouble == trouble_) return;
  if (trouble.empty()) {
    on_event_("RECOVERED", "the clock can be adjusted again");
  } else {
    on_event_("FAULT", trouble);
  }
  trouble_ = std::move(trouble);
}

void SteeredClock::TellState() {
  const ClockState state = status_.state();
  if (state == told_state_) return;
  on_event_("CLOCK_STATE_CHANGED", absl::StrCat(ToString(told_state_), " to ", ToString(state)));
  told_state_ = state;
}

}  // namespace ptpcore::engine
