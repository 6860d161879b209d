// What a command hands back: something to show, or why it failed.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "cli/exit_code.h"
#include "cli/format/record.h"

namespace hostctl::cli {

// Something to know although the command succeeded; goes to standard error.
struct Note {
  std::string message;
  std::string remedy;  // what to do; may be empty
};

// The same answer twice: for people (labels, units in the text) and for programs
// (raw fields, typed). Only the one that is wanted is made. A command that has
// nothing to show leaves both empty.
struct Output {
  std::function<Records()> human;
  std::function<Records()> machine;
  // Shown instead of `human` where lines say it better than fields.
  std::string lines;
  std::vector<Note> notes;
  // For commands whose answer is itself a verdict (a test): see exit_code.h.
  int exit_code = kExitDone;
};

// Printed as `Error: <message>`, then `  Field: ...` and `  Do: ...` lines.
struct Failure {
  int exit_code = kExitFailed;
  std::string message;
  std::vector<std::string> fields;
  std::vector<std::string> remedies;
};

using Outcome = std::variant<Output, Failure>;

}  // namespace hostctl::cli
