// Whether the clock follows a master: acquiring, locked, in holdover. Pure.
//
//   free running ── master ──▶ acquiring ── calibrated ──▶ locked
//        ▲                        │  ▲                      │  ▲
//        └──── master lost ───────┘  └──── uncalibrated ────┘  │ calibrated
//                                       master lost │          │
//                                                   ▼          │
//                     holdover expired ◀─ limit ─ holdover ────┘
#pragma once

#include <optional>

#include "ptpcore/protocol/time.h"

namespace ptpcore::engine {

enum class ClockState { kFreeRunning, kAcquiring, kLocked, kHoldover, kHoldoverExpired };

// `LOCKED`.
const char* ToString(ClockState state);

class ClockStatus {
 public:
  // `holdover_limit`: how long a clock without a master counts as synchronized.
  explicit ClockStatus(protocol::Duration holdover_limit) : limit_(holdover_limit) {}

  // A master is measured; `calibrated` as the servo has it.
  void Measured(bool calibrated);
  // No master is selected any more, or it sends nothing to measure by.
  void Lost(protocol::MonoTime now);
  // Time passes; holdover may expire.
  void Advance(protocol::MonoTime now);
  void SetHoldoverLimit(protocol::Duration limit) { limit_ = limit; }
  // While another program steers the clock it is not held over: the state is about what
  // is measured of it, and it does not count as synchronized by us.
  void SetLent(bool lent) { lent_ = lent; }
  bool lent() const { return lent_; }

  ClockState state() const {
    const bool holds = state_ == ClockState::kHoldover || state_ == ClockState::kHoldoverExpired;
    return lent_ && holds ? ClockState::kFreeRunning : state_;
  }
  bool synchronized() const {
    return !lent_ && (state_ == ClockState::kLocked || state_ == ClockState::kHoldover);
  }
  // When the master was lost; absent unless in holdover.
  std::optional<protocol::MonoTime> holdover_since() const {
    return lent_ ? std::nullopt : holdover_since_;
  }

 private:
  protocol::Duration limit_;
  ClockState state_ = ClockState::kFreeRunning;
  std::optional<protocol::MonoTime> holdover_since_;
  bool lent_ = false;
};

}  // namespace ptpcore::engine
