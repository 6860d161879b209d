#include "ptpcore/engine/leap_keeper.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ptpcore::engine {
namespace {

using protocol::Duration;
using protocol::MonoTime;

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr Duration kAmbiguous = std::chrono::seconds(2);  // before the instant
constexpr Duration kLookWhileAmbiguous = std::chrono::milliseconds(100);
// Masters flag a leap second hours before it.
constexpr Duration kLookEvery = std::chrono::seconds(10);
// By then every master announces the offset behind it: IEEE 1588-2019 9.4 allows two
// announce intervals, of 16 s at most; what it got from its own source may take longer.
constexpr Duration kRememberFor = std::chrono::minutes(10);

}  // namespace

LeapKeeper::LeapKeeper(clock::Clock& clock, std::optional<protocol::LeapTable> list, bool read_only,
                       SteeredClock::OnEvent on_event)
    : clock_(clock),
      list_(std::move(list)),
      read_only_(read_only),
      on_event_(std::move(on_event)) {}

LeapKeeper::Change LeapKeeper::Update(const std::optional<protocol::LeapFlags>& announced,
                                      bool synchronized, MonoTime now) {
  if (now < next_) return Change::kNone;
  next_ = now + kLookEvery;
  const Change change = Look(announced, synchronized, now);
  if (phase_ == Phase::kPending) {
    const Duration left(leap_->InstantUtcNs() - clock_.NowNs());
    const Duration wait = left > kAmbiguous ? left - kAmbiguous + Duration(1) : left;
    next_ = std::min(next_, now + std::max(wait, Duration(1)));
  } else if (Ambiguous()) {
    next_ = now + kLookWhileAmbiguous;
  }
  return change;
}

LeapKeeper::Change LeapKeeper::Look(const std::optional<protocol::LeapFlags>& announced,
                                    bool synchronized, MonoTime now) {
  if (phase_ == Phase::kPassed) {
    if (now < instant_ + kRememberFor) return Change::kNone;
    phase_ = Phase::kNone;
    leap_.reset();
    Arm(0);
    return Change::kForgotten;
  }
  if (phase_ == Phase::kPending && clock_.NowNs() >= leap_->InstantUtcNs()) {
    Leap();
    phase_ = Phase::kPassed;
    instant_ = now;
    return Change::kInstant;
  }
  return Decide(announced, synchronized);
}

LeapKeeper::Change LeapKeeper::Decide(const std::optional<protocol::LeapFlags>& announced,
                                      bool synchronized) {
  // In holdover what was announced still holds.
  if (!announced && phase_ == Phase::kPending && synchronized) return Change::kNone;
  protocol::LeapDecision decision;
  if (synchronized) {
    decision = protocol::DecideLeap(clock_.NowNs(), announced, list_ ? &*list_ : nullptr);
    if (decision.explanation != told_ && !decision.explanation.empty()) {
      on_event_("LEAP_SECOND", decision.explanation);
    }
    told_ = decision.explanation;
  }
  if (decision.leap == leap_) return Change::kNone;
  leap_ = decision.leap;
  if (leap_) {
    phase_ = Phase::kPending;
    Arm(leap_->leap);
    return Change::kSet;
  }
  phase_ = Phase::kNone;
  Arm(0);
  on_event_("LEAP_SECOND", "none at the end of this UTC day, after all");
  return Change::kWithdrawn;
}

void LeapKeeper::Arm(int leap) {
  if (read_only_) return;
  const absl::Status armed = clock_.ArmLeapSecond(leap);
  clock_leaps_ = armed.ok();
  if (!armed.ok() && !absl::IsUnimplemented(armed)) {
    on_event_("FAULT", std::string(armed.message()));
  }
}

void LeapKeeper::Leap() {
  if (!read_only_ && !clock_leaps_) {
    if (absl::Status s = clock_.Step(-leap_->leap * kNsPerSecond); !s.ok()) {
      on_event_("FAULT", std::string(s.message()));
      return;
    }
  }
  on_event_("LEAP_SECOND", leap_->leap > 0 ? "a second was inserted" : "a second was left out");
}

bool LeapKeeper::Ambiguous() const {
  return leap_ && leap_->AmbiguousAt(clock_.NowNs());
}

}  // namespace ptpcore::engine
