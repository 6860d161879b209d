// The text of one option's value, checked against its declaration.
#pragma once

#include <string>

#include "cli/command.h"

namespace hostctl::cli {

struct ParsedValue {
  bool ok = false;
  std::string canonical;  // see Arguments::Add(); only if ok
  std::string error;      // esxcli's words, e.g. `While processing '--domain'. ...`
};

// Booleans are 0/1, t/f, true/false, y/n, yes/no, on/off in any case; integers
// are decimal with an optional minus; spans of time are a number and a unit, `10us`, `1.5 ms`,
// within the option's range in nanoseconds.
ParsedValue ParseValue(const Option& option, const std::string& text);

}  // namespace hostctl::cli
