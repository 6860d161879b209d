// The service manager's watchdog (sd_notify(3)): as long as the program does its work, it
// says so; when it stops saying so, it is ended and started again (WatchdogSec= of the unit).
//
//   Watchdog watchdog;
//   while (...) {
//     wait(watchdog.period());
//     if (everything_moves) watchdog.Feed();
//   }
#pragma once

#include <chrono>
#include <optional>

namespace hostctl::daemon {

class Watchdog {
 public:
  // As the environment says that the service manager wants it.
  Watchdog();

  // How often to feed it; nothing where nobody watches.
  std::optional<std::chrono::milliseconds> period() const { return period_; }

  void Feed() const;

 private:
  std::optional<std::chrono::milliseconds> period_;
};

}  // namespace hostctl::daemon
