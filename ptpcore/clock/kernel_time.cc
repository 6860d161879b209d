#include "ptpcore/clock/kernel_time.h"

#include <time.h>

#include <limits>

namespace ptpcore::clock {
namespace {

int64_t Read(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return static_cast<int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

KernelTime RealKernelTime() {
  return {[] { return Read(CLOCK_REALTIME); }, [] { return Read(CLOCK_MONOTONIC); },
          [] { return Read(CLOCK_MONOTONIC_RAW); }};
}

TimePair ReadPair(const KernelTime& time) {
  // The attempt that was interrupted least has the smallest distance between the
  // two readings of the raw clock; its middle is when the other was read.
  constexpr int kAttempts = 5;
  TimePair best;
  int64_t smallest = std::numeric_limits<int64_t>::max();
  int64_t before = time.monotonic_raw_ns();
  for (int i = 0; i < kAttempts; ++i) {
    const int64_t realtime = time.realtime_ns();
    const int64_t after = time.monotonic_raw_ns();
    if (after - before < smallest) {
      smallest = after - before;
      best = {realtime, before + (after - before) / 2};
    }
    before = after;
  }
  return best;
}

}  // namespace ptpcore::clock
