// The names that a host knows: its interfaces, devices, rulesets and services.
#pragma once

#include <vector>

#include "cli/command.h"
#include "cli/completion.h"

namespace hostctl::cli {

// Asks hostd; nothing when it does not answer.
std::vector<Candidate> AskLiveValues(LiveValues kind, Connection& connection);

}  // namespace hostctl::cli
