// What hostd has to know of chronyd's command line, chronyd(8).
#pragma once

#include <string>
#include <vector>

#include "service/daemon/service_manager.h"

namespace hostctl::daemon {

// As Debian installs it: in the foreground, messages to stderr.
inline constexpr char kChronydCommand[] = "/usr/sbin/chronyd -d";

// The words of `line`, separated by blanks; there is no quoting.
std::vector<std::string> SplitCommand(const std::string& line);

// Whether `command` (program and arguments) tells chronyd to leave the system
// clock alone: option -x, alone or in a group like `-dx`.
bool StaysOffTheClock(const std::vector<std::string>& command);

// `command` with this configuration in place of the one that it names: options -f and -L
// and directives of its own are left out.
std::vector<std::string> CommandWith(const std::vector<std::string>& command,
                                     const OwnConfiguration& configuration);

}  // namespace hostctl::daemon
