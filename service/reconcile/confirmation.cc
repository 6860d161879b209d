#include "service/reconcile/confirmation.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "firewall/catalogue.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {

using std::chrono::milliseconds;

namespace {

bool SameFirewall(const store::DesiredState& a, const store::DesiredState& b) {
  return a.firewall == b.firewall && a.firewall_unloaded_boot_id == b.firewall_unloaded_boot_id;
}

}  // namespace

absl::Status CheckConfirmWithin(milliseconds within) {
  if (within >= kShortestConfirmWithin && within <= kLongestConfirmWithin) return absl::OkStatus();
  return Failure(absl::StatusCode::kInvalidArgument,
                 absl::StrCat("the time to confirm of ", within.count(),
                              " ms is not within 1 s to 86400 s (a day)"),
                 {"CONFIRM_WITHIN_OUT_OF_RANGE", "confirm_within", "--confirm-within 60"});
}

store::DesiredState WithConfirmation(const store::DesiredState& before, store::DesiredState wanted,
                                     std::optional<milliseconds> within, const BootTime& now) {
  auto& unconfirmed = wanted.unconfirmed_firewall;
  unconfirmed = before.unconfirmed_firewall;
  if (!unconfirmed.has_value()) {
    if (!within.has_value()) return wanted;
    unconfirmed = store::UnconfirmedFirewall{before.firewall, before.firewall_unloaded_boot_id,
                                             now.boot_id, 0};
  }
  if (within.has_value()) {
    unconfirmed->boot_id = now.boot_id;
    unconfirmed->deadline_ms = (now.since_boot + *within).count();
  }
  if (SameFirewall(RolledBack(wanted), wanted)) unconfirmed.reset();
  return wanted;
}

milliseconds TimeLeft(const store::UnconfirmedFirewall& unconfirmed, const BootTime& now) {
  if (unconfirmed.boot_id != now.boot_id) return milliseconds(0);
  return std::max(milliseconds(unconfirmed.deadline_ms) - now.since_boot, milliseconds(0));
}

store::DesiredState RolledBack(const store::DesiredState& state) {
  if (!state.unconfirmed_firewall.has_value()) return state;
  store::DesiredState former = state;
  former.firewall = state.unconfirmed_firewall->former;
  former.firewall_unloaded_boot_id = state.unconfirmed_firewall->former_unloaded_boot_id;
  former.unconfirmed_firewall.reset();
  // Site rulesets have no owner: the built-in ones are all that do.
  for (const firewall::RulesetDefinition& ruleset : firewall::Catalogue()) {
    const auto now = state.firewall.rulesets.find(ruleset.id);
    if (ruleset.owner_service.empty() || now == state.firewall.rulesets.end()) continue;
    former.firewall.rulesets[ruleset.id].enabled = now->second.enabled;
  }
  return former;
}

absl::StatusOr<store::DesiredState> Confirmed(const store::DesiredState& state) {
  if (!state.unconfirmed_firewall.has_value()) {
    return Failure(absl::StatusCode::kFailedPrecondition,
                   "no change of the firewall waits for confirmation: none was made with "
                   "--confirm-within, or its time has run out and it was undone",
                   {"CONFIRMATION_NOT_PENDING", "", "hostctl network firewall get"});
  }
  store::DesiredState confirmed = state;
  confirmed.unconfirmed_firewall.reset();
  return confirmed;
}

}  // namespace hostctl::reconcile
