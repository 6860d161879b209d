// hostctl without its process: arguments in, text and exit code out.
//
//   App app(environment, {std::cout, std::cerr});
//   int exit_code = app.Run({"system", "ptp", "get"});
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cli/cancellation.h"
#include "cli/command.h"
#include "cli/parser.h"
#include "cli/session.h"
#include "cli/several_hosts.h"
#include "cli/target_options.h"

namespace hostctl::cli {

// What the streams are connected to.
struct Terminal {
  bool out = false;    // standard output is a terminal
  bool err = false;    // standard error is one
  size_t columns = 0;  // of standard output; 0: not known
};

// hostctl as an object: it keeps the connections, so that main() can end the
// process without taking them down.
class App {
 public:
  App(Environment environment, Streams streams, Terminal terminal = {});
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // Runs one command line (without the program's name), writes and flushes what
  // there is to say. Returns the exit code, see exit_code.h.
  int Run(const std::vector<std::string>& arguments);

 private:
  std::optional<int> RunHidden(const std::vector<std::string>& arguments);
  int RunLine(const ParsedLine& line);
  int RunCommand(const ParsedLine& line);
  HostOutcome AskHost(const ParsedLine& line, Connection& connection, const std::string& host);
  std::vector<HostOutcome> AskHosts(const ParsedLine& line);
  int ShowUsageError(const ParsedLine& line);
  int ShowFailure(const ParsedLine& line, const std::string& host, const Failure& failure);
  // The exit code: a field that is not there is a usage error.
  int ShowOutput(const ParsedLine& line, const Output& output);
  int ShowRecords(const ParsedLine& line, const Records& records);
  void WriteProgress(const std::string& host, const std::string& text);

  const CommandTable table_;
  const Environment environment_;
  const Streams streams_;
  const Terminal terminal_;
  Cancellation interrupted_;   // by Ctrl-C, while a command waits
  std::mutex progress_mutex_;  // for streams_.err while several hosts are asked
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace hostctl::cli
