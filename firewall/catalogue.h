// The rulesets this product knows, as data.
#pragma once

#include <string>
#include <vector>

#include "firewall/ruleset.h"

namespace hostctl::firewall {

// Sorted by id.
//
// A ruleset that is listed and not enabled is closed: its ports are dropped. So
// only what this product itself runs is listed. With `sshServer` here, a host
// that starts hostd for the first time would lock its administrator out.
const std::vector<RulesetDefinition>& Catalogue();

// nullptr if there is none of that id. Lives as long as the program.
const RulesetDefinition* FindRuleset(const std::string& id);

}  // namespace hostctl::firewall
