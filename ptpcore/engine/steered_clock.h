// The clock together with what is true of it whichever master it follows: its
// state, whether it was ever locked, how often it was stepped, and what ails it.
#pragma once

#include <cstdint>
#include <functional>
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

  // As the clock's own; a step that worked and trouble that begins or ends are events.
  bool Step(int64_t delta_ns);
  void SetFrequency(double ppb);

  // Changes of state are events.
  void Measured(bool calibrated);
  void Lost(protocol::MonoTime now);
  void Advance(protocol::MonoTime now);
  void SetHoldoverLimit(protocol::Duration limit) { status_.SetHoldoverLimit(limit); }

  const ClockStatus& status() const { return status_; }
  bool was_locked() const { return was_locked_; }  // the first lock lies behind
  uint64_t steps() const { return steps_; }

 private:
  void ReportTrouble(const absl::Status& status);
  void TellState();

  clock::Clock& clock_;
  OnEvent on_event_;
  ClockStatus status_;
  ClockState told_state_ = ClockState::kFreeRunning;
  bool was_locked_ = false;
  uint64_t steps_ = 0;
  std::string trouble_;
};

}  // namespace ptpcore::engine
