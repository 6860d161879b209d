#include "service/reconcile/host_loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace hostctl::reconcile {

using std::chrono::milliseconds;

HostLoop::HostLoop(Reconciler& reconciler, milliseconds at_least_every)
    : reconciler_(reconciler),
      at_least_every_(at_least_every),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      last_turn_(std::chrono::steady_clock::now()) {
  // A set may have started or ended the engine: another descriptor to wait for.
  reconciler_.OnSet([this] { Wake(); });
  thread_ = std::thread([this] { Run(); });
}

HostLoop::~HostLoop() {
  reconciler_.OnSet(nullptr);
  ending_ = true;
  Wake();
  thread_.join();
  close(wake_fd_);
}

void HostLoop::Wake() const {
  eventfd_write(wake_fd_, 1);
}

void HostLoop::Run() {
  while (!ending_) {
    last_turn_ = std::chrono::steady_clock::now();
    const Event event = Wait();
    last_turn_ = std::chrono::steady_clock::now();
    if (event == Event::kAny) reconciler_.Reconcile();
    if (event == Event::kServices) reconciler_.TendServices();
  }
}

HostLoop::Event HostLoop::Wait() {
  const Reconciler::Watched watched = reconciler_.watched();
  milliseconds timeout = at_least_every_;
  if (watched.retry_at.has_value()) {
    const auto left =
        std::chrono::ceil<milliseconds>(*watched.retry_at - std::chrono::steady_clock::now());
    timeout = std::clamp(left, milliseconds(0), at_least_every_);
  }
  // poll() skips negative descriptors.
  std::array<pollfd, 5> entries{{{wake_fd_, POLLIN, 0},
                                 {watched.engine_fd, POLLIN, 0},
                                 {watched.interfaces_fd, POLLIN, 0},
                                 {watched.firewall_fd, POLLIN, 0},
                                 {watched.services_fd, POLLIN, 0}}};
  const int ready = poll(entries.data(), entries.size(), static_cast<int>(timeout.count()));
  if (ending_ || ready < 0) return Event::kNone;
  if (ready == 0) return Event::kAny;
  if (entries[0].revents != 0) {
    eventfd_t count = 0;
    eventfd_read(wake_fd_, &count);
  }
  if (std::any_of(entries.begin() + 1, entries.end() - 1,
                  [](const pollfd& entry) { return entry.revents != 0; })) {
    return Event::kAny;
  }
  return entries.back().revents != 0 ? Event::kServices : Event::kNone;
}

}  // namespace hostctl::reconcile
