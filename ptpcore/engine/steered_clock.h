// The clock together with what is true of it whichever master it follows: its
// state, whether it was ever locked, how often it was stepped, and what ails it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "ptpcore/clock/clock.h"
#include "ptpcore/engine/clock_status.h"

namespace ptpcore::engine {

class SteeredClock {
 public:
  using OnEvent = std::function<void(const std::string& kind, const std::string& text)>;

  // `clock` must outlive this object.
  SteeredClock(clock::Clock& clock, protocol::Duration holdover_limit, OnEvent on_event);

  clock::Clock& clock() const { return clock_; }

  // Steps past this are refused once the clock was locked: no clock goes so wrong by
  // itself, so the master is (ntpd's panic threshold).
  static constexpr int64_t kPanicNs = 1'000'000'000'000;

  // As the clock's own; a step that worked or was refused and trouble that begins or
  // ends are events.
  bool Step(int64_t delta_ns);
  void SetFrequency(double ppb, protocol::MonoTime now);

  // Changes of state are events. `bound_ns`: the most that the clock is believed to
  // be off.
  void Measured(bool calibrated, double bound_ns, protocol::MonoTime now);
  void Lost(protocol::MonoTime now);
  void Advance(protocol::MonoTime now);
  void SetHoldoverLimit(protocol::Duration limit) { status_.SetHoldoverLimit(limit); }

  // Another program steers the clock from now on, until TakeBack().
  void Lend();
  // While lent: the frequency that is in force.
  void NoteFrequency(double ppb, protocol::MonoTime now);
  // `kept_right`: its offset is known, so this is no first lock.
  void TakeBack(bool kept_right, protocol::MonoTime now);
  // The frequency at which the clock was right when it was last locked; absent before.
  std::optional<double> pace_ppb() const;

  // How far the clock was moved, by steps and by slewing, against the pace at which
  // it was locked. Taking that off, offsets that were measured at different moments
  // of a slew can be compared.
  double MovedNs(protocol::MonoTime now) const;
  // What our own clock, had it run on since it was last locked, would say of the
  // clock as it stands: it is ahead by `ahead_ns`, give or take `bound_ns`. Absent
  // before the first lock and for ten seconds after it.
  struct Judgement {
    double ahead_ns = 0;
    double bound_ns = 0;
  };
  std::optional<Judgement> OwnJudgement(protocol::MonoTime now) const;

  const ClockStatus& status() const { return status_; }
  bool was_locked() const { return first_lock_.has_value(); }  // the first lock lies behind
  uint64_t steps() const { return steps_; }

 private:
  void ReportTrouble(const absl::Status& status);
  void TellState();
  void AccountUntil(protocol::MonoTime now);

  clock::Clock& clock_;
  OnEvent on_event_;
  ClockStatus status_;
  ClockState told_state_ = ClockState::kFreeRunning;
  std::optional<protocol::MonoTime> first_lock_;
  uint64_t steps_ = 0;
  std::string trouble_;

  double frequency_ppb_ = 0;  // in force
  double pace_ppb_ = 0;       // mean of what was in force while locked
  double moved_ns_ = 0;       // until moved_at_
  protocol::MonoTime moved_at_{};
  struct Lock {
    double moved_ns = 0;
    double bound_ns = 0;
    protocol::MonoTime at{};
  };
  std::optional<Lock> last_lock_;
};

}  // namespace ptpcore::engine
