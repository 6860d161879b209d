// The rulesets this product knows, as data. Site rulesets are added to them by
// LoadRulesets(), see site_rulesets.h.
#pragma once

#include <string>
#include <vector>

#include "firewall/ruleset.h"

namespace hostctl::firewall {

// The built-in ones, sorted by id. Listing one changes no packet's fate: until
// somebody sets it, it follows the default action. `ptpd` alone is system-owned
// and closed until its service opens it.
const std::vector<RulesetDefinition>& Catalogue();

// nullptr if there is none of that id. Lives as long as `definitions`, which are
// sorted by id.
const RulesetDefinition* FindRuleset(const std::vector<RulesetDefinition>& definitions,
                                     const std::string& id);

}  // namespace hostctl::firewall
