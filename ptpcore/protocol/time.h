// The two kinds of time that the protocol meets. They never mix.
#pragma once

#include <chrono>
#include <cstdint>

namespace ptpcore::protocol {

// Time for timers: runs evenly, is never stepped, has no epoch.
struct Monotonic {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Monotonic, duration>;
  static constexpr bool is_steady = true;
};
using MonoTime = Monotonic::time_point;
using Duration = Monotonic::duration;

inline constexpr MonoTime kNever = MonoTime::max();

// A reading of the clock that is disciplined: UTC nanoseconds since 1970.
struct LocalTime {
  int64_t ns = 0;
};

// 2^log_seconds as a duration; the standard's logarithmic intervals (5.3.2).
// Values outside -10..20 are taken as the nearest of these.
constexpr Duration IntervalFromLog(int log_seconds) {
  constexpr int64_t kSecond = 1'000'000'000;
  if (log_seconds < -10) log_seconds = -10;
  if (log_seconds > 20) log_seconds = 20;
  return Duration(log_seconds >= 0 ? kSecond << log_seconds : kSecond >> -log_seconds);
}

}  // namespace ptpcore::protocol
