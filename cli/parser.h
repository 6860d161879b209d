// From words to a command with checked options, by esxcli's rules:
//
//   hostctl [options] {namespace}+ {cmd} [cmd options]
//
// `--opt=v`, `--opt v`, `-x v` and `-x=v`; list options repeat; an option with an
// implied value may stand without one. Global options that are not also the
// command's are understood after the command, too. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace hostctl::cli {

struct ParsedLine {
  enum class Kind {
    kRun,      // run `command` with `arguments`
    kHelp,     // asked for, or the line ended at a namespace: help for `understood`
    kVersion,  // --version
    kError,    // `error`, perhaps `hint`, then the help for `understood`
  };
  Kind kind = Kind::kError;
  const Command* command = nullptr;  // of the table; null if none was named
  Arguments globals;                 // with defaults
  Arguments arguments;               // with defaults
  // The deepest namespace or command that was understood.
  std::vector<std::string> understood;
  std::string error;  // esxcli's words, without `Error: `
  std::string hint;   // `Did you mean 'ptp'?`, or empty
};

// `words` is the command line without the program's name. The result points
// into `table`.
ParsedLine Parse(const CommandTable& table, const std::vector<std::string>& words);

}  // namespace hostctl::cli
