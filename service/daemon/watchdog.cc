#include "service/daemon/watchdog.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace hostctl::daemon {
namespace {

// Often enough that two may come late.
constexpr int kPerTimeout = 3;

}  // namespace

Watchdog::Watchdog() {
  uint64_t timeout_us = 0;
  if (sd_watchdog_enabled(/*unset_environment=*/0, &timeout_us) <= 0) return;
  period_ = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::microseconds(timeout_us / kPerTimeout));
}

void Watchdog::Feed() const {
  sd_notify(/*unset_environment=*/0, "WATCHDOG=1");
}

}  // namespace hostctl::daemon
