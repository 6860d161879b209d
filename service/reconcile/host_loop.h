// The thread that keeps the host as it is wanted: waits until a link, the
// firewall, the engine or another service changed, and reconciles.
//
//   HostLoop loop(reconciler, std::chrono::seconds(10));
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {

class HostLoop {
 public:
  // Starts the thread. `at_least_every`: it also looks when nothing seems to have
  // happened, for what no descriptor tells. `reconciler` must outlive the loop.
  HostLoop(Reconciler& reconciler, std::chrono::milliseconds at_least_every);
  // Ends the thread, after the work it may be at.
  ~HostLoop();
  HostLoop(const HostLoop&) = delete;
  HostLoop& operator=(const HostLoop&) = delete;

  // When the thread last began to wait or to work; at most `at_least_every` and the time
  // that the work takes ago, while it moves.
  std::chrono::steady_clock::time_point last_turn() const { return last_turn_; }

 private:
  void Run();
  enum class Event {
    kNone,      // only the descriptors changed
    kServices,  // of the services of others
    kAny,       // of anything else, or it is time
  };
  Event Wait();
  void Wake() const;

  Reconciler& reconciler_;
  const std::chrono::milliseconds at_least_every_;
  int wake_fd_;  // an eventfd
  std::atomic<bool> ending_{false};
  std::atomic<std::chrono::steady_clock::time_point> last_turn_;
  std::thread thread_;
};

}  // namespace hostctl::reconcile
