// The manual, made from the table of commands: as a man page and as Markdown. Pure.
#pragma once

#include <string>

#include "cli/command.h"

namespace hostctl::cli {

// hostctl(1) in roff (man macros). `date` is shown as it is, e.g. `2026-11-22`.
std::string ManualText(const CommandTable& table, const std::string& version,
                       const std::string& date);

// Every command with its options and examples, in Markdown.
std::string ReferenceText(const CommandTable& table);

}  // namespace hostctl::cli
