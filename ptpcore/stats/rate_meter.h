// Events a second, over the last few seconds.
#pragma once

#include <cstdint>

namespace ptpcore::stats {

class RateMeter {
 public:
  // Long enough for whole numbers of once-a-second messages.
  static constexpr int64_t kPeriodNs = 4'000'000'000;

  // States that `total` events have happened until `now_ns` (any steady time).
  void Update(uint64_t total, int64_t now_ns) {
    if (since_ns_ == 0 || total < total_) {
      Restart(total, now_ns);
    } else if (now_ns - since_ns_ >= kPeriodNs) {
      rate_hz_ =
          static_cast<double>(total - total_) * 1e9 / static_cast<double>(now_ns - since_ns_);
      Restart(total, now_ns);
    }
  }
  double rate_hz() const { return rate_hz_; }

 private:
  void Restart(uint64_t total, int64_t now_ns) {
    total_ = total;
    since_ns_ = now_ns;
  }

  uint64_t total_ = 0;
  int64_t since_ns_ = 0;
  double rate_hz_ = 0;
};

}  // namespace ptpcore::stats
