// What could stand where the cursor is, by the table of commands. Pure; the values
// that only the host knows are named and asked for elsewhere (live_values.h).
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace hostctl::cli {

struct Candidate {
  std::string word;  // the whole word, as it would stand in the line
  std::string description;
};

struct Completion {
  std::vector<Candidate> candidates;  // all begin with the word so far
  // Beyond them: names that the host knows, or files. `typed` is what of the value
  // is there, `prefix` stands before it in the word (`--interface=`).
  LiveValues live = LiveValues::kNone;
  bool files = false;
  std::string prefix;
  std::string typed;
  // What the line says before the cursor, for those who ask the host.
  Arguments globals;
};

// `words` is the line up to the cursor without the program's name; the last of them
// is the one to complete, and may be empty. Wrong words before it yield nothing.
Completion Complete(const CommandTable& table, const std::vector<std::string>& words);

}  // namespace hostctl::cli
