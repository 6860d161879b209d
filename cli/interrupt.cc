#include "cli/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace hostctl::cli {

Interrupt::Interrupt(std::function<void()> on_interrupt) : on_interrupt_(std::move(on_interrupt)) {
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGINT);
  sigaddset(&taken, SIGTERM);
  signal_fd_ = signalfd(-1, &taken, SFD_CLOEXEC);
  wake_fd_ = eventfd(0, EFD_CLOEXEC);
  // Without descriptors Ctrl-C ends the program, as ever.
  if (signal_fd_ < 0 || wake_fd_ < 0) return;
  pthread_sigmask(SIG_BLOCK, &taken, &before_);
  thread_ = std::thread([this] { Loop(); });
}

Interrupt::~Interrupt() {
  if (thread_.joinable()) {
    eventfd_write(wake_fd_, 1);
    thread_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  if (signal_fd_ >= 0) close(signal_fd_);
  if (wake_fd_ >= 0) close(wake_fd_);
}

void Interrupt::Loop() {
  while (true) {
    std::array<pollfd, 2> entries{{{wake_fd_, POLLIN, 0}, {signal_fd_, POLLIN, 0}}};
    if (poll(entries.data(), entries.size(), -1) < 0) continue;
    if (entries[0].revents != 0) return;
    signalfd_siginfo signal{};
    if (read(signal_fd_, &signal, sizeof(signal)) == sizeof(signal)) on_interrupt_();
  }
}

}  // namespace hostctl::cli
