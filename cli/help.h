// Help in esxcli's layout, made from the table of commands. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace hostctl::cli {

// Help for the namespace or command `path`; for the whole program if empty.
std::string HelpText(const CommandTable& table, const std::vector<std::string>& path);

// `-i|--interface=<str>`, and what it means with choices and default.
std::string OptionSyntax(const Option& option);
std::string OptionMeaning(const Option& option);

}  // namespace hostctl::cli
