// Help in esxcli's layout, made from the table of commands. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace hostctl::cli {

// Help for the namespace or command `path`; for the whole program if empty.
std::string HelpText(const CommandTable& table, const std::vector<std::string>& path);

// Options under one heading.
struct OptionGroup {
  std::string heading;  // empty: the ordinary ones
  std::vector<Option> options;
};
// In the order in which the headings come first.
std::vector<OptionGroup> GroupsOf(const std::vector<Option>& options);

// `-i|--interface=<str>`, and what it means with choices and default.
std::string OptionSyntax(const Option& option);
std::string OptionMeaning(const Option& option);

}  // namespace hostctl::cli
