#include "service/reconcile/boot_time.h"

#include <time.h>

#include <fstream>

namespace hostctl::reconcile {

BootTime ReadBootTime() {
  BootTime now;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> now.boot_id;
  if (now.boot_id.empty()) now.boot_id = "unknown";
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  now.since_boot = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  return now;
}

}  // namespace hostctl::reconcile
