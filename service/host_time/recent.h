// How often something happened of late: growth of counters within a window of time.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

#include "service/host_time/known.h"

namespace hostctl::host_time {

// One counter. What it had counted when it was first seen does not count; a counter that
// falls has begun anew.
class Growth {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Growth(std::chrono::seconds window) : window_(window) {}

  // The counter stands at `value` at `now`, which never goes back. By how much it has
  // grown within the window.
  uint64_t Add(TimePoint now, uint64_t value);

 private:
  struct Step {
    TimePoint at;
    uint64_t by;
  };
  const std::chrono::seconds window_;
  bool first_ = true;
  uint64_t last_ = 0;
  uint64_t sum_ = 0;
  std::deque<Step> steps_;  // those within the window, oldest first
};

// All that StatusOf() wants to know of the last minutes.
class Recent {
 public:
  // Of what `known` says at `now`. Without a report of the engine its counters stand still.
  Lately Take(Growth::TimePoint now, const Known& known);

 private:
  static constexpr std::chrono::seconds kLong{600};
  static constexpr std::chrono::seconds kShort{60};

  Growth engine_restarts_{kLong};
  Growth firewall_repairs_{kLong};
  Growth syncs_{kShort};
  Growth lost_timestamps_{kShort};
  Growth delay_requests_{kShort};
  Growth unanswered_requests_{kShort};
  Lately latest_;
};

}  // namespace hostctl::host_time
