// What a command works with: the host it asks, the screen it writes on.
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>

#include "cli/format/formatter.h"

namespace hostctl::cli {

class Cancellation;
class Connection;
struct CommandTable;

struct Streams {
  std::ostream& out;
  std::ostream& err;
};

// What standard output can show.
struct Screen {
  bool terminal = false;  // a person looks on
  bool colour = false;    // colours are wanted
  size_t width = 0;       // columns; 0: no limit
  bool unicode = false;   // it knows more characters than ASCII
};

struct Session {
  Connection& connection;
  const CommandTable& table;
  // The format that the answer will be shown in.
  Format format;
  Screen screen;
  // Only for commands that write as they go (Command::one_host); the others hand
  // back an Output.
  Streams streams;
  // Writes a line to standard error at once, for those who wait. Of any thread.
  std::function<void(const std::string& line)> progress;
  // Cancelled by Ctrl-C; null unless Command::waiting_option was given.
  Cancellation* interrupt = nullptr;
};

}  // namespace hostctl::cli
