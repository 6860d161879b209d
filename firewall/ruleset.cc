#include "firewall/ruleset.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace hostctl::firewall {
namespace {

constexpr size_t kLongestId = 63;

bool IsRulePossible(const Rule& rule) {
  return rule.port_begin >= 1 && rule.port_begin <= rule.port_end;
}

}  // namespace

bool IsRulesetId(const std::string& text) {
  return !text.empty() && text.size() <= kLongestId &&
         absl::ascii_isalpha(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

absl::Status CheckDefinitions(const std::vector<RulesetDefinition>& definitions) {
  const std::string* before = nullptr;
  for (const RulesetDefinition& ruleset : definitions) {
    const auto invalid = [&ruleset](const char* what) {
      return absl::InvalidArgumentError(absl::StrCat("ruleset '", ruleset.id, "' ", what));
    };
    if (!IsRulesetId(ruleset.id)) return invalid("has no valid id");
    if (before != nullptr && *before >= ruleset.id) return invalid("is not in the order of ids");
    before = &ruleset.id;
    for (auto rule = ruleset.rules.begin(); rule != ruleset.rules.end(); ++rule) {
      if (!IsRulePossible(*rule)) return invalid("has a port range that is none");
      if (std::find(ruleset.rules.begin(), rule, *rule) != rule) return invalid("has a rule twice");
    }
  }
  return absl::OkStatus();
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
