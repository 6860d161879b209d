// hostctl without its process: arguments in, text and exit code out.
//
//   App app(environment, {std::cout, std::cerr});
//   int exit_code = app.Run({"system", "ptp", "get"});
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/parser.h"

namespace hostctl::cli {

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

struct Streams {
  std::ostream& out;
  std::ostream& err;
};

// hostctl as an object: it keeps the connection, so that main() can end the
// process without taking it down.
class App {
 public:
  // Reads only HOSTCTL_SOCKET of the environment.
  App(Environment environment, Streams streams);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // Runs one command line (without the program's name), writes and flushes what
  // there is to say. Returns the exit code, see exit_code.h.
  int Run(const std::vector<std::string>& arguments);

 private:
  int RunLine(const ParsedLine& line);
  int RunCommand(const ParsedLine& line);
  int ShowUsageError(const ParsedLine& line);
  int ShowOutput(const Output& output, Format format);

  const CommandTable table_;
  const Environment environment_;
  const Streams streams_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace hostctl::cli
