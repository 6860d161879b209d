// The kernel's clocks under a test's control. REALTIME and MONOTONIC advance
// together with the raw clock: this host's own clocks are perfect.
#pragma once

#include <cstdint>
#include <memory>

#include "ptpcore/clock/kernel_time.h"

namespace ptpcore::engine {

class FakeTime {
 public:
  clock::KernelTime kernel_time() const {
    auto now = now_ns_;
    return {[now] { return kEpochNs + *now; }, [now] { return *now; }, [now] { return *now; }};
  }
  int64_t monotonic_ns() const { return *now_ns_; }
  int64_t realtime_ns() const { return kEpochNs + *now_ns_; }
  void AdvanceTo(int64_t monotonic_ns) { *now_ns_ = monotonic_ns; }

 private:
  static constexpr int64_t kEpochNs = 1'700'000'000'000'000'000;
  std::shared_ptr<int64_t> now_ns_ = std::make_shared<int64_t>(1'000'000'000);
};

}  // namespace ptpcore::engine
