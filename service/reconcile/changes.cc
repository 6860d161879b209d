#include "service/reconcile/changes.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "firewall/catalogue.h"
#include "service/reconcile/ntp_update.h"
#include "service/reconcile/protocol_update.h"
#include "service/reconcile/words.h"

namespace hostctl::reconcile {
namespace {

std::string BoolText(bool value) {
  return value ? "true" : "false";
}

class Collector {
 public:
  void Add(const std::string& subject, const std::string& before, const std::string& after) {
    if (before != after) AddAlways(subject, before, after);
  }
  void AddAlways(const std::string& subject, const std::string& before, const std::string& after) {
    changes_.push_back({subject, before, after});
  }
  std::vector<Change> Take() { return std::move(changes_); }

 private:
  std::vector<Change> changes_;
};

std::string ActionText(firewall::DefaultAction action) {
  return action == firewall::DefaultAction::kPass ? "PASS" : "DROP";
}

// `true`, `false`, or `unmanaged`: it follows the default action.
std::string EnabledText(const firewall::Policy& policy, const std::string& id) {
  const auto found = policy.rulesets.find(id);
  if (found != policy.rulesets.end()) return BoolText(found->second.enabled);
  const firewall::RulesetDefinition* built_in = firewall::FindRuleset(firewall::Catalogue(), id);
  return built_in != nullptr && !built_in->owner_service.empty() ? "false" : "unmanaged";
}

firewall::RulesetPolicy PolicyOf(const firewall::Policy& policy, const std::string& id) {
  const auto found = policy.rulesets.find(id);
  return found == policy.rulesets.end() ? firewall::RulesetPolicy() : found->second;
}

void AddFirewall(const store::DesiredState& before, const store::DesiredState& after,
                 Collector& changes) {
  const firewall::Policy& old_firewall = before.firewall;
  const firewall::Policy& new_firewall = after.firewall;
  changes.Add("firewall.enabled", BoolText(old_firewall.enabled), BoolText(new_firewall.enabled));
  changes.Add("firewall.default_action", ActionText(old_firewall.default_action),
              ActionText(new_firewall.default_action));
  changes.Add("firewall.loaded", BoolText(before.firewall_unloaded_boot_id.empty()),
              BoolText(after.firewall_unloaded_boot_id.empty()));
  std::set<std::string> ids;
  for (const auto* policy : {&old_firewall, &new_firewall}) {
    for (const auto& entry : policy->rulesets) ids.insert(entry.first);
  }
  for (const std::string& id : ids) {
    const auto old_policy = PolicyOf(old_firewall, id);
    const auto new_policy = PolicyOf(new_firewall, id);
    const std::string path = absl::StrCat("firewall.ruleset.", id);
    changes.Add(path + ".enabled", EnabledText(old_firewall, id), EnabledText(new_firewall, id));
    changes.Add(path + ".allow_all", BoolText(old_policy.allow_all),
                BoolText(new_policy.allow_all));
    if (old_policy.allowed_ips == new_policy.allowed_ips) continue;
    // Two long lists may look the same where they are cut short.
    changes.AddAlways(path + ".allowed_ips", Listed(old_policy.allowed_ips),
                      Listed(new_policy.allowed_ips));
  }
}

std::string RulesText(const firewall::RulesetDefinition* ruleset) {
  if (ruleset == nullptr) return "";
  std::vector<std::string> rules;
  for (const firewall::Rule& rule : ruleset->rules) {
    rules.push_back(
        absl::StrCat(rule.direction == firewall::Direction::kInbound ? "Inbound " : "Outbound ",
                     rule.protocol == firewall::Protocol::kTcp ? "TCP " : "UDP ",
                     rule.port_type == firewall::PortType::kDst ? "Dst " : "Src ", rule.port_begin,
                     rule.port_end == rule.port_begin ? "" : absl::StrCat("-", rule.port_end)));
  }
  return Listed(rules);
}

}  // namespace

std::string StepPolicyText(store::StepPolicy policy) {
  switch (policy) {
    case store::StepPolicy::kNever:
      return "never";
    case store::StepPolicy::kAlways:
      return "always";
    case store::StepPolicy::kFirstLock:
      break;
  }
  return "first-lock";
}

std::string FallbackText(store::Fallback fallback) {
  return fallback == store::Fallback::kNtp ? "ntp" : "none";
}

std::vector<Change> ChangesBetween(const store::DesiredState& before,
                                   const store::DesiredState& after) {
  Collector changes;
  const store::PtpSettings& old_ptp = before.ptp;
  const store::PtpSettings& new_ptp = after.ptp;
  changes.Add("ptp.enabled", BoolText(old_ptp.enabled), BoolText(new_ptp.enabled));
  changes.Add("ptp.interface", old_ptp.interface, new_ptp.interface);
  changes.Add("ptp.domain_number", absl::StrCat(static_cast<int>(old_ptp.domain_number)),
              absl::StrCat(static_cast<int>(new_ptp.domain_number)));
  changes.Add("ptp.read_only", BoolText(old_ptp.read_only), BoolText(new_ptp.read_only));
  changes.Add("ptp.step_policy", StepPolicyText(old_ptp.step_policy),
              StepPolicyText(new_ptp.step_policy));
  changes.Add("ptp.servo", old_ptp.servo, new_ptp.servo);
  changes.Add("ptp.delay_asymmetry_ns", absl::StrCat(old_ptp.delay_asymmetry_ns),
              absl::StrCat(new_ptp.delay_asymmetry_ns));
  changes.Add("ptp.ingress_latency_ns", absl::StrCat(old_ptp.ingress_latency_ns),
              absl::StrCat(new_ptp.ingress_latency_ns));
  changes.Add("ptp.egress_latency_ns", absl::StrCat(old_ptp.egress_latency_ns),
              absl::StrCat(new_ptp.egress_latency_ns));
  changes.Add("ptp.holdover_limit", absl::StrCat(old_ptp.holdover_limit_s, " s"),
              absl::StrCat(new_ptp.holdover_limit_s, " s"));
  changes.Add("ptp.watch_interfaces", absl::StrJoin(old_ptp.watch_interfaces, ", "),
              absl::StrJoin(new_ptp.watch_interfaces, ", "));
  changes.Add("ptp.fallback", FallbackText(old_ptp.fallback), FallbackText(new_ptp.fallback));
  changes.Add("ptp.fallback_after", absl::StrCat(old_ptp.fallback_after_s, " s"),
              absl::StrCat(new_ptp.fallback_after_s, " s"));
  changes.Add("ptp.fallback_return_after", absl::StrCat(old_ptp.fallback_return_after_s, " s"),
              absl::StrCat(new_ptp.fallback_return_after_s, " s"));
  changes.Add("ptp.disable_events", BoolText(old_ptp.disable_events),
              BoolText(new_ptp.disable_events));
  for (const Change& change : ProtocolChanges(old_ptp.protocol, new_ptp.protocol)) {
    changes.AddAlways(change.subject, change.before, change.after);
  }
  for (const Change& change : NtpChanges(before.ntp, after.ntp)) {
    changes.AddAlways(change.subject, change.before, change.after);
  }
  AddFirewall(before, after, changes);
  return changes.Take();
}

std::vector<Change> ChangesBetween(const std::vector<firewall::RulesetDefinition>& before,
                                   const std::vector<firewall::RulesetDefinition>& after) {
  std::set<std::string> ids;
  for (const auto* definitions : {&before, &after}) {
    for (const firewall::RulesetDefinition& ruleset : *definitions) ids.insert(ruleset.id);
  }
  Collector changes;
  for (const std::string& id : ids) {
    const auto* was = firewall::FindRuleset(before, id);
    const auto* is = firewall::FindRuleset(after, id);
    if (was != nullptr && is != nullptr && was->rules == is->rules) continue;
    changes.AddAlways(absl::StrCat("firewall.ruleset.", id, ".rules"), RulesText(was),
                      RulesText(is));
  }
  return changes.Take();
}

}  // namespace hostctl::reconcile
