// The reconciler's part about the firewall: rulesets, the kernel's table, and
// changes that wait for confirmation.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/reconcile/confirmation.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/reconciler.h"
#include "service/reconcile/way_in.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;
using std::chrono::milliseconds;

absl::Status FirewallFailure(const absl::Status& status) {
  const std::string message(status.message());
  if (absl::IsPermissionDenied(status)) {
    return Failure(StatusCode::kPermissionDenied, message,
                   {"FIREWALL_NOT_PERMITTED", "", "run hostd as root"});
  }
  if (absl::IsInvalidArgument(status)) {
    return Failure(StatusCode::kInvalidArgument, message,
                   {"ALLOWED_IP_INVALID", "ruleset.allowed_ips", ""});
  }
  const bool firewalld = absl::StartsWith(message, "firewalld:");
  return Failure(
      StatusCode::kInternal, message,
      {"FIREWALL_FAILED", "", firewalld ? "firewall-cmd --state" : "nft list table inet hostctl"});
}

Condition PendingNote(milliseconds left) {
  return {"CONFIRMATION_PENDING",
          absl::StrCat("undone in ", std::chrono::ceil<std::chrono::seconds>(left).count(),
                       " s unless it is confirmed"),
          "hostctl network firewall confirm"};
}

// What needs attention beside what the kernel refuses.
void AddConditions(const store::DesiredState& state, const firewall::LoadedRulesets& rulesets,
                   std::vector<Condition>& conditions) {
  for (const firewall::SiteProblem& problem : rulesets.problems) {
    conditions.push_back({"SITE_FILE_REFUSED", problem.ToString(),
                          "correct that, then hostctl network firewall refresh"});
  }
  for (const auto& entry : state.firewall.rulesets) {
    if (firewall::FindRuleset(rulesets.definitions, entry.first) != nullptr) continue;
    conditions.push_back(
        {"RULESET_NOT_DEFINED",
         absl::StrCat("the ruleset ", entry.first,
                      " is set, but no file defines it: it has no effect until one does"),
         "hostctl network firewall refresh"});
  }
  if (!state.firewall_unloaded_boot_id.empty()) {
    conditions.push_back({"FIREWALL_UNLOADED",
                          "the firewall was unloaded: every packet passes our table",
                          "hostctl network firewall load"});
  }
}

// Who undoes what an open ruleset promises.
Condition ToCondition(const firewall::ForeignDrop& drop) {
  const firewall::Rule& rule = drop.rule;
  const bool inbound = rule.direction == firewall::Direction::kInbound;
  const std::string protocol = rule.protocol == firewall::Protocol::kUdp ? "udp" : "tcp";
  const std::string ports =
      rule.port_begin == rule.port_end
          ? absl::StrCat(rule.port_begin)
          : absl::StrCat(rule.port_begin, drop.owner == "ufw" ? ":" : "-", rule.port_end);
  const std::string remedy =
      drop.owner == "ufw"
          ? absl::StrCat("ufw allow ", inbound ? "in" : "out", " proto ", protocol, " to any port ",
                         ports)
          : absl::StrCat("let ", protocol, " dport ", ports, " pass there: nft list chain ",
                         absl::StripPrefix(drop.owner, "the table "), " ", drop.chain);
  return {"FOREIGN_DROP",
          absl::StrCat("the ruleset ", drop.ruleset_id, " is open, but ", drop.owner, " drops ",
                       inbound ? "inbound" : "outbound", " ", protocol, " packets to port ", ports,
                       drop.by_policy ? ": by the policy of its chain " : ": in its chain ",
                       drop.chain),
          remedy};
}

}  // namespace

void Reconciler::StartFirewall() {
  rulesets_ = parts_.load_rulesets();
  for (const firewall::SiteProblem& problem : rulesets_.problems) Log(problem.ToString());
  ForgetUnloadOfEarlierBoot();
}

void Reconciler::ForgetUnloadOfEarlierBoot() {
  const bool stale = desired_.firewall_unloaded_boot_id != parts_.boot_time().boot_id;
  if (stale) desired_.firewall_unloaded_boot_id.clear();
}

firewall::Wanted Reconciler::InForce(const store::DesiredState& state) const {
  return {rulesets_.definitions, PolicyInForce(state)};
}

absl::Status Reconciler::MatchFirewall(const store::DesiredState& wanted) {
  firewall_conditions_.clear();
  firewall_loaded_ = false;
  absl::Status status;
  firewall::Wanted filter = InForce(wanted);
  const auto matches = parts_.firewall.Matches(filter);
  if (!matches.ok()) {
    status = matches.status();
  } else if (!*matches) {
    // Known to have been there: somebody else changed it.
    const bool repair = applied_firewall_.has_value() && *applied_firewall_ == filter;
    status = parts_.firewall.Apply(filter);
    if (status.ok() && repair) {
      ++repairs_;
      last_logged_.clear();
      Log("the firewall was changed from outside; put back");
      parts_.events(event::MakeEvent(v1::EVENT_CODE_FIREWALL_REPAIRED, "firewall", "", "",
                                     "the firewall was changed from outside and was put back"));
    }
  }
  if (status.ok()) {
    applied_firewall_ = std::move(filter);
    firewall_loaded_ = true;
    return absl::OkStatus();
  }
  status = FirewallFailure(status);
  const FailureDetail detail = DetailOf(status);
  firewall_conditions_.push_back({detail.reason, std::string(status.message()), detail.remedy});
  return status;
}

// A document that cannot be written still holds the deadline: hostd's next start
// undoes the changes again.
bool Reconciler::RollBackIfDue() {
  const BootTime now = parts_.boot_time();
  const auto& unconfirmed = desired_.unconfirmed_firewall;
  if (!unconfirmed.has_value() || TimeLeft(*unconfirmed, now) > milliseconds(0)) return false;
  store::DesiredState former = RolledBack(desired_);
  last_logged_.clear();
  Log("nobody confirmed the changes of the firewall: undoing them");
  for (const Change& change : ChangesBetween(desired_, former)) {
    Log(absl::StrCat("undone ", change.subject, ": ", change.before, " -> ", change.after));
    parts_.events(event::MakeEvent(v1::EVENT_CODE_CONFIGURATION_CHANGED, change.subject,
                                   change.before, change.after,
                                   "undone, as nobody confirmed it in time"));
  }
  desired_ = std::move(former);
  CoupleRulesets(by_hand_, desired_);
  ForgetUnloadOfEarlierBoot();
  const absl::Status saved = parts_.store.Save(desired_);
  if (!saved.ok()) Log(absl::StrCat("what was undone was not stored: ", saved.message()));
  return true;
}

std::optional<Reconciler::TimePoint> Reconciler::NextTime() const {
  std::optional<TimePoint> next = retry_at_;
  const auto also_at = [&next](TimePoint at) {
    next = next.has_value() ? std::min(*next, at) : at;
  };
  if (const auto& unconfirmed = desired_.unconfirmed_firewall) {
    also_at(parts_.now() + TimeLeft(*unconfirmed, parts_.boot_time()));
  }
  if (fallback_pending_ || EngineHangs()) also_at(parts_.now());
  if (const auto at = parts_.services.tend_at()) also_at(*at);
  for (const auto& [key, trouble] : troubles_) also_at(trouble.retry_at);
  return next;
}

absl::StatusOr<FirewallSetResult> Reconciler::SetFirewall(
    const std::function<absl::StatusOr<ChangedFirewall>()>& edit, bool validate_only) {
  ChangedFirewall changed;
  auto changes = Set(
      [&]() -> absl::StatusOr<store::DesiredState> {
        auto edited = edit();
        if (!edited.ok()) return edited.status();
        changed = *std::move(edited);
        return changed.state;
      },
      validate_only);
  if (on_set_ != nullptr) on_set_();
  if (!changes.ok()) return changes.status();
  return FirewallSetResult{FirewallViewOf(changed.state), *std::move(changes),
                           std::move(changed.notes)};
}

absl::StatusOr<FirewallSetResult> Reconciler::ChangeFirewall(const FirewallChange& change,
                                                             const ChangeMode& mode) {
  if (mode.confirm_within.has_value()) {
    absl::Status checked = CheckConfirmWithin(*mode.confirm_within);
    if (!checked.ok()) return checked;
  }
  const Work work(*this);
  if (RollBackIfDue()) ReconcileLocked();
  return SetFirewall(
      [&]() -> absl::StatusOr<ChangedFirewall> {
        const BootTime now = parts_.boot_time();
        auto changed = ApplyFirewallChange(desired_, rulesets_.definitions, now.boot_id, change);
        if (!changed.ok()) return changed;
        if (!mode.force) {
          absl::Status way_in =
              CheckWayIn(InForce(desired_), InForce(changed->state), parts_.ssh_sessions());
          if (!way_in.ok()) return way_in;
        }
        changed->state =
            WithConfirmation(desired_, std::move(changed->state), mode.confirm_within, now);
        if (const auto& unconfirmed = changed->state.unconfirmed_firewall) {
          changed->notes.push_back(PendingNote(TimeLeft(*unconfirmed, now)));
        }
        return changed;
      },
      mode.validate_only);
}

absl::StatusOr<FirewallSetResult> Reconciler::ConfirmFirewall() {
  const Work work(*this);
  // It may come too late by less than a turn of the loop.
  if (RollBackIfDue()) ReconcileLocked();
  const std::vector<Change> kept = ChangesBetween(RolledBack(desired_), desired_);
  auto result = SetFirewall(
      [&]() -> absl::StatusOr<ChangedFirewall> {
        auto confirmed = Confirmed(desired_);
        if (!confirmed.ok()) return confirmed.status();
        return ChangedFirewall{*std::move(confirmed), {}};
      },
      /*validate_only=*/false);
  if (result.ok()) result->changes = kept;
  return result;
}

absl::StatusOr<RefreshResult> Reconciler::RefreshFirewall(bool validate_only) {
  const Work work(*this);
  firewall::LoadedRulesets read = parts_.load_rulesets();
  RefreshResult result;
  result.changes = ChangesBetween(rulesets_.definitions, read.definitions);
  result.problems = read.problems;
  std::swap(rulesets_, read);
  absl::Status matched = validate_only ? absl::OkStatus() : MatchFirewall(desired_);
  result.firewall = FirewallViewOf(desired_);
  if (matched.ok() && !validate_only) {
    for (const Change& change : result.changes) {
      Log(absl::StrCat("read ", change.subject, ": ", change.before, " -> ", change.after));
    }
    return result;
  }
  std::swap(rulesets_, read);
  if (matched.ok()) return result;
  const absl::Status restored = MatchFirewall(desired_);
  if (!restored.ok()) Log(std::string(restored.message()));
  return matched;
}

FirewallView Reconciler::Firewall() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return FirewallViewOf(desired_);
}

FirewallView Reconciler::FirewallViewOf(const store::DesiredState& state) {
  FirewallView view;
  view.policy = state.firewall;
  view.loaded = firewall_loaded_ && state.firewall_unloaded_boot_id.empty();
  view.repairs = repairs_;
  view.backend = parts_.firewall.backend_name();
  for (const firewall::RulesetDefinition& definition : rulesets_.definitions) {
    view.rulesets.push_back(reconcile::ViewOf(definition, state));
  }
  if (const auto& unconfirmed = state.unconfirmed_firewall) {
    view.pending = PendingConfirmation{TimeLeft(*unconfirmed, parts_.boot_time()),
                                       ChangesBetween(RolledBack(state), state)};
  }
  view.conditions = firewall_conditions_;
  AddConditions(state, rulesets_, view.conditions);
  const auto drops = parts_.firewall.ForeignDrops({rulesets_.definitions, state.firewall});
  for (const firewall::ForeignDrop& drop : drops.value_or(std::vector<firewall::ForeignDrop>())) {
    view.conditions.push_back(ToCondition(drop));
  }
  return view;
}

absl::StatusOr<std::vector<firewall::RuleCount>> Reconciler::FirewallCounters() {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto counts = parts_.firewall.Counters();
  if (!counts.ok()) return FirewallFailure(counts.status());
  return counts;
}

absl::StatusOr<std::vector<RulesetClient>> Reconciler::RulesetClients(
    const std::string& ruleset_id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto* ruleset = firewall::FindRuleset(rulesets_.definitions, ruleset_id);
  if (ruleset == nullptr) {
    return UnknownRuleset(rulesets_.definitions, ruleset_id, "ruleset_id");
  }
  std::vector<RulesetClient> clients;
  for (const ServiceDefinition& service : ServiceCatalogue()) {
    if (service.ruleset == ruleset_id) clients.push_back({service.key, Runs(service.key)});
  }
  return clients;
}

}  // namespace hostctl::reconcile
