#include "firewall/ruleset.h"

namespace hostctl::firewall {

std::vector<RuleCount> ZeroCounts(const Wanted& wanted) {
  std::vector<RuleCount> counts;
  for (const RulesetDefinition& ruleset : wanted.definitions) {
    for (size_t i = 0; i < ruleset.rules.size(); ++i) counts.push_back({ruleset.id, i, {}, {}});
  }
  for (size_t i = 0; i < 2; ++i) counts.push_back({"", i, {}, {}});
  return counts;
}

Treatment TreatmentOf(const RulesetDefinition& ruleset, const Policy& policy) {
  const auto set = policy.rulesets.find(ruleset.id);
  if (set == policy.rulesets.end()) {
    return ruleset.owner_service.empty() ? Treatment::kUnmanaged : Treatment::kClosed;
  }
  if (!set->second.enabled) return Treatment::kClosed;
  return set->second.allow_all ? Treatment::kOpen : Treatment::kRestricted;
}

bool Passes(const RulesetDefinition& ruleset, const Policy& policy) {
  if (!policy.enabled) return true;
  switch (TreatmentOf(ruleset, policy)) {
    case Treatment::kUnmanaged:
      return policy.default_action == DefaultAction::kPass;
    case Treatment::kClosed:
      return false;
    case Treatment::kRestricted:
      return !policy.rulesets.at(ruleset.id).allowed_ips.empty();
    case Treatment::kOpen:
      break;
  }
  return true;
}

}  // namespace hostctl::firewall
