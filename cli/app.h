// hostctl as a function: arguments in, text and exit code out.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace hostctl::cli {

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

struct Streams {
  std::ostream& out;
  std::ostream& err;
};

// Runs one command line (without the program's name). Returns the exit code, see
// exit_code.h. Reads only HOSTCTL_SOCKET of the environment.
int Run(const std::vector<std::string>& arguments, const Environment& environment, Streams streams);

}  // namespace hostctl::cli
