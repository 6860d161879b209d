// The system clock, CLOCK_REALTIME, as something that can be read and set.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace hostctl::host_time {

class SystemClock {
 public:
  virtual ~SystemClock() = default;

  virtual absl::Time Now() = 0;
  // Whether Set() may be tried: FAILED_PRECONDITION or PERMISSION_DENIED
  // CLOCK_NOT_ADJUSTABLE if not.
  virtual absl::Status Settable() = 0;
  // Sets it at once. Errors as Settable(), INTERNAL when the kernel refuses.
  virtual absl::Status Set(absl::Time time) = 0;
  // The kernel copies the clock to the hardware clock every 11 minutes: it does while
  // STA_UNSYNC is clear (adjtimex(2)).
  virtual bool KeepsHardwareClock() = 0;
};

// The kernel's, clock_settime(2).
std::unique_ptr<SystemClock> NewKernelClock();

// The kernel's to read, and never set: `why` in words.
std::unique_ptr<SystemClock> NewUntouchableClock(std::string why);

}  // namespace hostctl::host_time
