#include "cli/live_terminal.h"

#include <sys/ioctl.h>

namespace hostctl::cli {
namespace {

// ECMA-48 and xterm's alternate screen.
constexpr char kEnter[] = "\x1b[?1049h\x1b[?25l";  // other screen, no cursor
constexpr char kLeave[] = "\x1b[?25h\x1b[?1049l";
constexpr char kHome[] = "\x1b[H";
constexpr char kClearToEndOfLine[] = "\x1b[K";
constexpr char kClearBelow[] = "\x1b[J";

}  // namespace

LiveTerminal::LiveTerminal(int in_fd, int out_fd, std::ostream& out)
    : in_fd_(in_fd), out_fd_(out_fd), out_(out) {
  termios now{};
  if (tcgetattr(in_fd_, &now) == 0) {
    before_ = now;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    tcsetattr(in_fd_, TCSANOW, &now);
  }
  out_ << kEnter << std::flush;
}

LiveTerminal::~LiveTerminal() {
  out_ << kLeave << std::flush;
  if (before_) tcsetattr(in_fd_, TCSANOW, &*before_);
}

TerminalSize LiveTerminal::size() const {
  winsize size{};
  if (ioctl(out_fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

void LiveTerminal::Show(const std::vector<std::string>& lines) {
  out_ << kHome;
  for (size_t i = 0; i < lines.size(); ++i) {
    // No line break after the last one: the terminal would scroll.
    out_ << lines[i] << kClearToEndOfLine << (i + 1 < lines.size() ? "\r\n" : "");
  }
  out_ << kClearBelow << std::flush;
}

}  // namespace hostctl::cli
