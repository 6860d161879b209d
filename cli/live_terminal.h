// The terminal of a live view: its own screen, keys as they are pressed, and
// everything as it was when the view ends.
#pragma once

#include <termios.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace hostctl::cli {

struct TerminalSize {
  int columns = 80;
  int lines = 24;
};

class LiveTerminal {
 public:
  // Switches `out` to its other screen; `in_fd` sends keys at once and unseen, if it
  // is a terminal. Ctrl-C still interrupts.
  LiveTerminal(int in_fd, int out_fd, std::ostream& out);
  ~LiveTerminal();
  LiveTerminal(const LiveTerminal&) = delete;
  LiveTerminal& operator=(const LiveTerminal&) = delete;

  // As it is now; 80 x 24 where it does not tell.
  TerminalSize size() const;
  // Draws over what was there; no line is longer than the terminal is wide.
  void Show(const std::vector<std::string>& lines);

 private:
  const int in_fd_;
  const int out_fd_;
  std::ostream& out_;
  std::optional<termios> before_;
};

}  // namespace hostctl::cli
