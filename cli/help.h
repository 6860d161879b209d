// Help in esxcli's layout, made from the table of commands. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace hostctl::cli {

// Help for the namespace or command `path`; for the whole program if empty.
std::string HelpText(const CommandTable& table, const std::vector<std::string>& path);

}  // namespace hostctl::cli
