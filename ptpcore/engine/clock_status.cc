#include "ptpcore/engine/clock_status.h"

namespace ptpcore::engine {

const char* ToString(ClockState state) {
  switch (state) {
    case ClockState::kFreeRunning:
      return "FREE_RUNNING";
    case ClockState::kAcquiring:
      return "ACQUIRING";
    case ClockState::kLocked:
      return "LOCKED";
    case ClockState::kHoldover:
      return "HOLDOVER";
    case ClockState::kHoldoverExpired:
      return "HOLDOVER_EXPIRED";
  }
  return "?";
}

void ClockStatus::Measured(bool calibrated) {
  if (calibrated) {
    state_ = ClockState::kLocked;
    holdover_since_.reset();
  } else if (!holdover_since_) {
    // In holdover the clock stays what it is until the new measurements are settled.
    state_ = ClockState::kAcquiring;
  }
}

void ClockStatus::Lost(protocol::MonoTime now) {
  if (state_ == ClockState::kLocked) {
    state_ = ClockState::kHoldover;
    holdover_since_ = now;
  } else if (state_ == ClockState::kAcquiring) {
    state_ = ClockState::kFreeRunning;
  }
}

void ClockStatus::Advance(protocol::MonoTime now) {
  if (state_ == ClockState::kHoldover && now - *holdover_since_ >= limit_) {
    state_ = ClockState::kHoldoverExpired;
  }
}

}  // namespace ptpcore::engine
