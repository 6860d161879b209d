#include "ptpcore/engine/steered_clock.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ptpcore::engine {

SteeredClock::SteeredClock(clock::Clock& clock, protocol::Duration holdover_limit, OnEvent on_event)
    : clock_(clock), on_event_(std::move(on_event)), status_(holdover_limit) {}

bool SteeredClock::Step(int64_t delta_ns) {
  const absl::Status stepped = clock_.Step(delta_ns);
  ReportTrouble(stepped);
  if (!stepped.ok()) return false;
  ++steps_;
  on_event_("CLOCK_STEPPED", absl::StrFormat("by %+.9f s to follow the master",
                                             static_cast<double>(delta_ns) * 1e-9));
  return true;
}

void SteeredClock::SetFrequency(double ppb) {
  ReportTrouble(clock_.SetFrequency(ppb));
}

void SteeredClock::Measured(bool calibrated) {
  was_locked_ = was_locked_ || calibrated;
  status_.Measured(calibrated);
  TellState();
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
