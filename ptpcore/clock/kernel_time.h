// The kernel's clocks, behind an interface so that tests can be their own time.
#pragma once

#include <cstdint>
#include <functional>

namespace ptpcore::clock {

// Readings in nanoseconds.
struct KernelTime {
  std::function<int64_t()> realtime_ns;       // CLOCK_REALTIME
  std::function<int64_t()> monotonic_ns;      // CLOCK_MONOTONIC, for timers
  std::function<int64_t()> monotonic_raw_ns;  // CLOCK_MONOTONIC_RAW, never disciplined
};

// The real ones.
KernelTime RealKernelTime();

// CLOCK_REALTIME and CLOCK_MONOTONIC_RAW read at the same moment, as nearly as
// several attempts allow.
struct TimePair {
  int64_t realtime_ns = 0;
  int64_t monotonic_raw_ns = 0;
};
TimePair ReadPair(const KernelTime& time);

}  // namespace ptpcore::clock
