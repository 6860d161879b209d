// Changes of the firewall that are undone by themselves unless somebody confirms
// them: so that a change which shuts its author out does not last. Pure.
//
// Changes made while one waits join it: they are confirmed or undone together.
#pragma once

#include <chrono>
#include <optional>

#include "absl/status/statusor.h"
#include "service/reconcile/boot_time.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

inline constexpr std::chrono::seconds kShortestConfirmWithin{1};
inline constexpr std::chrono::hours kLongestConfirmWithin{24};

// INVALID_ARGUMENT CONFIRM_WITHIN_OUT_OF_RANGE.
absl::Status CheckConfirmWithin(std::chrono::milliseconds within);

// `wanted`, which was made from `before`, with what has to be confirmed: where
// `within` says so, or because something waits already. Nothing waits for a change
// that changes nothing, and nothing any longer when `wanted` is how it was at first.
store::DesiredState WithConfirmation(const store::DesiredState& before, store::DesiredState wanted,
                                     std::optional<std::chrono::milliseconds> within,
                                     const BootTime& now);

// Time until the changes are undone; zero when that is due, and after a reboot.
std::chrono::milliseconds TimeLeft(const store::UnconfirmedFirewall& unconfirmed,
                                   const BootTime& now);

// `state` without its unconfirmed changes. Whether a service has opened its own
// ruleset stays as it is: that follows from the service.
store::DesiredState RolledBack(const store::DesiredState& state);

// `state` with its changes confirmed. FAILED_PRECONDITION CONFIRMATION_NOT_PENDING.
absl::StatusOr<store::DesiredState> Confirmed(const store::DesiredState& state);

}  // namespace hostctl::reconcile
