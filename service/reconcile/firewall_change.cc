#include "service/reconcile/firewall_change.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "firewall/catalogue.h"
#include "service/reconcile/allowed_ips.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/words.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;
using firewall::DefaultAction;
using firewall::RulesetDefinition;
using firewall::RulesetPolicy;
using Definitions = std::vector<RulesetDefinition>;

std::string SetCommand(const std::string& id, const std::string& option) {
  return absl::StrCat("hostctl network firewall ruleset set --ruleset-id ", id, " ", option);
}

absl::Status SystemOwned(const RulesetDefinition& ruleset) {
  return Failure(StatusCode::kFailedPrecondition,
                 absl::StrCat("the ruleset ", ruleset.id, " is system-owned: the service ",
                              ruleset.owner_service,
                              " opens and closes it; only its allowed addresses can be set"),
                 {"RULESET_SYSTEM_OWNED", "ruleset.enabled",
                  ruleset.owner_service == "ptpd"
                      ? "hostctl system ptp set --enable, or --disable"
                      : absl::StrCat("hostctl system service start, or stop, --service ",
                                     ruleset.owner_service)});
}

absl::Status NotConfigurable(const RulesetDefinition& ruleset, const std::string& field) {
  return Failure(StatusCode::kFailedPrecondition,
                 absl::StrCat("the allowed addresses of the ruleset ", ruleset.id,
                              " cannot be changed: it is open for all or for none"),
                 {"ALLOWED_IPS_NOT_CONFIGURABLE", field, ""});
}

// The ruleset's policy within `state`; one that nobody has set starts as it is now,
// so that a change of its list neither opens nor closes it.
RulesetPolicy& TakeOver(const RulesetDefinition& ruleset, store::DesiredState& state) {
  RulesetPolicy as_it_is;
  as_it_is.enabled = ViewOf(ruleset, state).policy.enabled;
  return state.firewall.rulesets.try_emplace(ruleset.id, as_it_is).first->second;
}

// What to know of a ruleset after a change of it.
void AddNotes(const store::DesiredState& before, const RulesetDefinition& ruleset,
              bool enabled_was_set, ChangedFirewall& changed) {
  const RulesetPolicy& policy = changed.state.firewall.rulesets.at(ruleset.id);
  const bool taken_over =
      firewall::TreatmentOf(ruleset, before.firewall) == firewall::Treatment::kUnmanaged;
  if (taken_over && !enabled_was_set) {
    changed.notes.push_back({"RULESET_TAKEN_OVER",
                             absl::StrCat("nobody had set the ruleset ", ruleset.id, ": it stays ",
                                          policy.enabled ? "open" : "closed",
                                          " and does not follow the default action any longer"),
                             ""});
  }
  if (policy.allow_all && !policy.allowed_ips.empty()) {
    changed.notes.push_back({"ALLOWED_IPS_NOT_IN_FORCE",
                             absl::StrCat("every address may use the ruleset ", ruleset.id,
                                          ": its list is kept and is not in force"),
                             SetCommand(ruleset.id, "--allowed-all false")});
  }
  if (policy.enabled && !policy.allow_all && policy.allowed_ips.empty()) {
    changed.notes.push_back(
        {"ALLOWED_IPS_EMPTY",
         absl::StrCat("no address may use the ruleset ", ruleset.id, ": its packets are dropped"),
         absl::StrCat("hostctl network firewall ruleset allowedip add --ruleset-id ", ruleset.id,
                      " --ip-address ADDRESS, or ", SetCommand(ruleset.id, "--allowed-all true"))});
  }
}

absl::StatusOr<ChangedFirewall> Apply(const store::DesiredState& current,
                                      const Definitions& definitions,
                                      const FirewallUpdate& update) {
  ChangedFirewall changed{current, {}};
  firewall::Policy& policy = changed.state.firewall;
  if (update.enabled.has_value()) policy.enabled = *update.enabled;
  if (update.default_action.has_value()) policy.default_action = *update.default_action;

  const bool drops = policy.enabled && policy.default_action == DefaultAction::kDrop;
  const bool dropped =
      current.firewall.enabled && current.firewall.default_action == DefaultAction::kDrop;
  if (!drops || dropped) return changed;
  std::vector<std::string> closed;
  for (const RulesetDefinition& ruleset : definitions) {
    if (firewall::TreatmentOf(ruleset, policy) != firewall::Treatment::kUnmanaged) continue;
    closed.push_back(ruleset.id);
  }
  if (!closed.empty()) {
    changed.notes.push_back(
        {"RULESETS_CLOSED_BY_DEFAULT",
         absl::StrCat("rulesets that nobody has set are closed by the default action DROP: ",
                      Listed(closed)),
         SetCommand("NAME", "--enabled true")});
  }
  return changed;
}

absl::StatusOr<ChangedFirewall> Apply(const store::DesiredState& current,
                                      const Definitions& definitions, const RulesetUpdate& update) {
  const RulesetDefinition* ruleset = firewall::FindRuleset(definitions, update.ruleset_id);
  if (ruleset == nullptr) {
    return UnknownRuleset(definitions, update.ruleset_id, "ruleset.ruleset_id");
  }
  if (update.enabled.has_value() && !ruleset->owner_service.empty()) return SystemOwned(*ruleset);
  const bool addresses = update.allow_all.has_value() || update.allowed_ips.has_value();
  if (addresses && !ruleset->allowed_ip_configurable) {
    return NotConfigurable(
        *ruleset, update.allow_all.has_value() ? "ruleset.allow_all" : "ruleset.allowed_ips");
  }
  ChangedFirewall changed{current, {}};
  RulesetPolicy& policy = TakeOver(*ruleset, changed.state);
  if (update.enabled.has_value()) policy.enabled = *update.enabled;
  if (update.allow_all.has_value()) policy.allow_all = *update.allow_all;
  if (update.allowed_ips.has_value()) {
    auto list = AllowedIpList(*update.allowed_ips, "ruleset.allowed_ips");
    if (!list.ok()) return list.status();
    policy.allowed_ips = *std::move(list);
  }
  AddNotes(current, *ruleset, update.enabled.has_value(), changed);
  return changed;
}

absl::StatusOr<ChangedFirewall> Apply(const store::DesiredState& current,
                                      const Definitions& definitions,
                                      const AllowedIpsChange& change) {
  const RulesetDefinition* ruleset = firewall::FindRuleset(definitions, change.ruleset_id);
  if (ruleset == nullptr) return UnknownRuleset(definitions, change.ruleset_id, "ruleset_id");
  if (!ruleset->allowed_ip_configurable) return NotConfigurable(*ruleset, "ip_addresses");
  ChangedFirewall changed{current, {}};
  RulesetPolicy& policy = TakeOver(*ruleset, changed.state);
  auto made = change.kind == AllowedIpsChange::Kind::kAdd
                  ? AddAllowedIps(policy.allowed_ips, change.addresses)
                  : RemoveAllowedIps(policy.allowed_ips, change.addresses);
  if (!made.ok()) return made.status();
  policy.allowed_ips = std::move(made->list);
  changed.notes = std::move(made->notes);
  AddNotes(current, *ruleset, /*enabled_was_set=*/false, changed);
  return changed;
}

absl::StatusOr<ChangedFirewall> Apply(const store::DesiredState& current,
                                      const std::string& boot_id, const LoadChange& change) {
  ChangedFirewall changed{current, {}};
  changed.state.firewall_unloaded_boot_id = change.load ? "" : boot_id;
  return changed;
}

}  // namespace

absl::StatusOr<ChangedFirewall> ApplyFirewallChange(const store::DesiredState& current,
                                                    const Definitions& definitions,
                                                    const std::string& boot_id,
                                                    const FirewallChange& change) {
  if (const auto* load = std::get_if<LoadChange>(&change)) return Apply(current, boot_id, *load);
  if (const auto* whole = std::get_if<FirewallUpdate>(&change)) {
    return Apply(current, definitions, *whole);
  }
  if (const auto* ruleset = std::get_if<RulesetUpdate>(&change)) {
    return Apply(current, definitions, *ruleset);
  }
  return Apply(current, definitions, std::get<AllowedIpsChange>(change));
}

absl::Status UnknownRuleset(const Definitions& definitions, const std::string& id,
                            const std::string& field) {
  std::vector<std::string> known;
  for (const RulesetDefinition& ruleset : definitions) known.push_back(ruleset.id);
  return Failure(StatusCode::kNotFound,
                 absl::StrCat("there is no ruleset '", id, "'; known are: ", Listed(known)),
                 {"RULESET_NOT_FOUND", field, "hostctl network firewall ruleset list"});
}

firewall::Policy PolicyInForce(const store::DesiredState& state) {
  firewall::Policy policy = state.firewall;
  if (!state.firewall_unloaded_boot_id.empty()) policy.enabled = false;
  return policy;
}

RulesetView ViewOf(const RulesetDefinition& definition, const store::DesiredState& state) {
  RulesetView view;
  view.definition = definition;
  view.passes = firewall::Passes(definition, PolicyInForce(state));
  view.managed =
      firewall::TreatmentOf(definition, state.firewall) != firewall::Treatment::kUnmanaged;
  const auto set = state.firewall.rulesets.find(definition.id);
  if (set != state.firewall.rulesets.end()) {
    view.policy = set->second;
  } else if (!view.managed) {
    view.policy.enabled = state.firewall.default_action == DefaultAction::kPass;
  }
  return view;
}

}  // namespace hostctl::reconcile
