// Kernel clocks that stand still unless told to move, for tests of the clocks.
#pragma once

#include <cstdint>

#include "ptpcore/clock/kernel_time.h"

namespace ptpcore::clock {

struct FakeTime {
  int64_t realtime_ns = 1'795'348'053'000'000'000;
  int64_t raw_ns = 5'000'000'000;

  void Advance(int64_t ns) {
    realtime_ns += ns;
    raw_ns += ns;
  }
  // Valid while this object is.
  KernelTime Kernel() {
    return {[this] { return realtime_ns; }, [this] { return raw_ns; }, [this] { return raw_ns; }};
  }
};

}  // namespace ptpcore::clock
