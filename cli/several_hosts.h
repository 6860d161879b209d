// One command asked of several hosts: their answers as one, each part naming its
// host. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/outcome.h"

namespace hostctl::cli {

struct HostOutcome {
  std::string host;
  Outcome outcome;
};

// The answers of those that gave one: a list whose records begin with the field
// `Host` (for programs `host`), in the order of `outcomes`. Lines and notes begin
// with the host's name.
Output Merged(const std::vector<HostOutcome>& outcomes);

// kExitNotReachable if any host was not reached; else the largest of the hosts'.
int MergedExitCode(const std::vector<HostOutcome>& outcomes);

}  // namespace hostctl::cli
