// How much one caller may ask at once and in a second, so that nobody starves the others.
//
//   absl::Status may = limits.Begin(caller.key, limit, now);
//   if (may.ok()) { ...; limits.End(caller.key); }
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"

namespace hostctl::rpc {

struct CallLimit {
  size_t running = 0;     // calls and streams at once
  double per_second = 0;  // calls, in the long run
  double burst = 0;       // calls at once after a rest
};

// Thread-safe. Keeps a record of each caller only while it matters.
class CallLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // OK: the call may run, and End() must follow. Else RESOURCE_EXHAUSTED, with a reason that
  // names what was exceeded: TOO_MANY_RUNNING_CALLS or TOO_MANY_CALLS_PER_SECOND.
  absl::Status Begin(const std::string& caller, const CallLimit& limit, Time now);
  void End(const std::string& caller);

 private:
  struct Use {
    size_t running = 0;
    double left = 0;  // calls that may begin at once
    Time at;
    CallLimit limit;
  };
  void ForgetIdle(Time now);

  std::mutex mutex_;
  std::map<std::string, Use> uses_;
};

}  // namespace hostctl::rpc
