// The rulesets of a site: `*.json` files that an administrator drops into a folder
// (/etc/hostctl/firewall). README.md has the form and an example.
//
//   LoadedRulesets all = LoadRulesets(Catalogue(), "/etc/hostctl/firewall");
//   for (const SiteProblem& problem : all.problems) log(problem.ToString());
//   firewall.Apply({all.definitions, policy});
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "firewall/ruleset.h"

namespace hostctl::firewall {

// Why a file was refused. A file with a problem is refused as a whole.
struct SiteProblem {
  std::string file;
  int line = 0;  // from 1; 0: the file as a whole
  std::string reason;

  std::string ToString() const;  // `FILE:LINE: REASON`
  bool operator==(const SiteProblem& o) const {
    return file == o.file && line == o.line && reason == o.reason;
  }
};

struct LoadedRulesets {
  std::vector<RulesetDefinition> definitions;  // sorted by id
  std::vector<SiteProblem> problems;           // in the order of files and lines
};

// The built-in rulesets and those of the folder. Files are read in the order of
// their names. An id that is taken, by a built-in ruleset or by an earlier file, is
// a problem of the later one. A folder that does not exist has no files; one that
// cannot be read is a problem. Reads nothing but regular files (links are
// followed) of up to kMaxSiteFileBytes. Never fails: what is good is there.
LoadedRulesets LoadRulesets(const std::vector<RulesetDefinition>& built_in,
                            const std::string& folder);

inline constexpr size_t kMaxSiteFileBytes = 1 << 20;

}  // namespace hostctl::firewall
