// `hostctl __complete WORD...`: what the shells' completion scripts ask.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/target_options.h"

namespace hostctl::cli {

// A line per candidate, `word<TAB>description`; the line `__files__` where a file may
// stand. Names that the host knows are asked of hostd, which has a second to answer;
// without an answer there are none, and nothing is said.
std::string CompletionText(const CommandTable& table, const std::vector<std::string>& words,
                           const Environment& environment);

}  // namespace hostctl::cli
