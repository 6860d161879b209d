// Ctrl-C as an event: while one lives, SIGINT and SIGTERM call a function instead of
// ending the program.
//
//   const Interrupt interrupt([&] { cancellation.Cancel(); });
//
// Made before any other thread: threads inherit which signals they leave alone.
#pragma once

#include <signal.h>

#include <functional>
#include <thread>

namespace hostctl::cli {

class Interrupt {
 public:
  // `on_interrupt` is called on a thread of its own, once per signal.
  explicit Interrupt(std::function<void()> on_interrupt);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

 private:
  void Loop();

  std::function<void()> on_interrupt_;
  sigset_t before_{};
  int signal_fd_ = -1;
  int wake_fd_ = -1;  // an eventfd: readable when the loop is to end
  std::thread thread_;
};

}  // namespace hostctl::cli
