// linuxptp's tsproc.c with its defaults, to model peers with: the path delay is the
// moving median of the last ten, and a Sync's offset is held against it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ptpcore/servo/servo.h"

namespace ptpcore::bench {

inline double Flight(int64_t received, int64_t sent, double correction) {
  return static_cast<double>(received - sent) - correction;
}

class MedianDelay {
 public:
  // The offset of the local clock, once a delay is known.
  std::optional<double> OnSync(const servo::OneWay& sync) {
    last_sync_ = Flight(sync.local_ns, sync.master_ns, sync.correction_ns);
    synced_ = true;
    if (count_ == 0) return std::nullopt;
    return last_sync_ - delay_ns_;
  }

  void OnDelay(const servo::OneWay& request) {
    if (!synced_) return;
    const double to_master = Flight(request.master_ns, request.local_ns, request.correction_ns);
    recent_[count_++ % recent_.size()] = (last_sync_ + to_master) / 2;
    std::array<double, 10> sorted = recent_;
    const size_t count = std::min(count_, sorted.size());
    std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count));
    delay_ns_ = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
  }

  // The clock was stepped: the last Sync was timed by the clock before.
  void Stepped() { synced_ = false; }

  double delay_ns() const { return delay_ns_; }

 private:
  bool synced_ = false;
  double last_sync_ = 0;
  std::array<double, 10> recent_{};
  size_t count_ = 0;
  double delay_ns_ = 0;
};

}  // namespace ptpcore::bench
