// Sees the clock over a leap second: decides whether one comes at the end of the day,
// has the clock arm for it or steps it at the instant, and remembers it until masters
// announce the offset behind it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ptpcore/clock/clock.h"
#include "ptpcore/engine/steered_clock.h"
#include "ptpcore/protocol/leap_second.h"
#include "ptpcore/protocol/leap_table.h"
#include "ptpcore/protocol/time.h"

namespace ptpcore::engine {

class LeapKeeper {
 public:
  enum class Phase {
    kNone,
    kPending,  // at the end of this day
    kPassed    // a few minutes ago at most
  };
  // What a call of Update() changed, for those who convert times.
  enum class Change {
    kNone,
    kSet,        // leap() is to come
    kWithdrawn,  // it is not, after all
    kInstant,    // the clock was set by it just now
    kForgotten   // it lies behind
  };

  // `clock` must outlive this object. Never touches it where `read_only`.
  LeapKeeper(clock::Clock& clock, std::optional<protocol::LeapTable> list, bool read_only,
             SteeredClock::OnEvent on_event);

  // `announced`: by the master that is followed, if any. While the clock is not
  // `synchronized` its date means nothing, and nothing is armed.
  Change Update(const std::optional<protocol::LeapFlags>& announced, bool synchronized,
                protocol::MonoTime now);
  // Whether the clock is another program's to touch from now on.
  void SetReadOnly(bool read_only) { read_only_ = read_only; }
  // When Update() wants to be called.
  protocol::MonoTime NextDeadline() const { return next_; }

  Phase phase() const { return phase_; }
  // Of phases kPending and kPassed.
  const std::optional<protocol::LeapSecond>& leap() const { return leap_; }
  const std::optional<protocol::LeapTable>& list() const { return list_; }
  // Whether the clock cannot be told from one a second off: two seconds around the instant.
  bool Ambiguous() const;

 private:
  Change Look(const std::optional<protocol::LeapFlags>& announced, bool synchronized,
              protocol::MonoTime now);
  Change Decide(const std::optional<protocol::LeapFlags>& announced, bool synchronized);
  void Arm(int leap);
  void Leap();

  clock::Clock& clock_;
  std::optional<protocol::LeapTable> list_;
  bool read_only_;
  SteeredClock::OnEvent on_event_;
  Phase phase_ = Phase::kNone;
  std::optional<protocol::LeapSecond> leap_;
  bool clock_leaps_ = false;  // by itself
  std::string told_;
  protocol::MonoTime next_{};
  protocol::MonoTime instant_{};  // of phase kPassed
};

}  // namespace ptpcore::engine
