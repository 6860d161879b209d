// How long to wait before the engine is started again: not at all the first
// time, then 0.25 s, doubling up to 10 s; from the beginning once it has lived
// for 30 s. Pure.
#pragma once

#include <chrono>

namespace hostctl::daemon {

class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  // To be asked once per end or failed start; `lived` is how long it had run.
  Duration Next(Duration lived) {
    if (lived >= kLongLife) next_ = Duration(0);
    const Duration wait = next_;
    next_ = wait == Duration(0) ? kFirst : (wait * 2 > kLongest ? kLongest : wait * 2);
    return wait;
  }

 private:
  static constexpr Duration kFirst{250};
  static constexpr Duration kLongest{10000};
  static constexpr Duration kLongLife{30000};

  Duration next_{0};
};

}  // namespace hostctl::daemon
