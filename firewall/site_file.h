// One file of site rulesets: text to rulesets. Pure; README.md has the form.
#pragma once

#include <string>
#include <vector>

#include "firewall/ruleset.h"

namespace hostctl::firewall {

struct SiteRuleset {
  RulesetDefinition definition;
  int line = 0;  // where its object begins, from 1
};

struct SiteMistake {
  int line = 0;
  std::string reason;
};

struct SiteFile {
  std::vector<SiteRuleset> rulesets;  // as written; ids are valid but may repeat
  std::vector<SiteMistake> mistakes;  // all that were found; then do not use the rulesets
};

// `source` is what the definitions will name as theirs. Strict: a member that is
// not known, of the wrong type or out of its range is a mistake.
SiteFile ParseSiteFile(const std::string& source, const std::string& text);

}  // namespace hostctl::firewall
