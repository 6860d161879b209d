// Time that goes on while the machine sleeps and starts anew when it does: what a
// deadline is kept in that has to survive a restart of hostd.
#pragma once

#include <chrono>
#include <string>

namespace hostctl::reconcile {

struct BootTime {
  std::string boot_id;  // of this start of the host; `unknown` where the kernel does not tell
  std::chrono::milliseconds since_boot{0};
};

// CLOCK_BOOTTIME and /proc/sys/kernel/random/boot_id.
BootTime ReadBootTime();

}  // namespace hostctl::reconcile
