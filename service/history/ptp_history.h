// What PTP measured in the past, in bounded memory (about 2 MB): the last hour by
// the second, 97 quarters of an hour and 2 days (IEEE 1588-2019 annex J.5.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

#include "hostctl/v1/ptp.pb.h"
#include "service/history/performance_records.h"

namespace hostctl::history {

// Thread-safe.
class PtpHistory {
 public:
  static constexpr size_t kSeconds = 3600;
  static constexpr size_t kQuarterHours = 97;
  static constexpr size_t kDays = 2;

  // A second that is not newer than the newest is ignored.
  void Add(const v1::PtpSecond& second);

  // Number of the newest second; 0 when there is none.
  uint64_t newest() const;

  // As PtpService.GetPtpHistory answers; the request is valid.
  v1::PtpHistory Get(const v1::GetPtpHistoryRequest& request) const;

 private:
  mutable std::mutex mutex_;
  std::deque<v1::PtpSecond> seconds_;  // oldest first
  PerformanceRecords quarter_hours_{900, kQuarterHours};
  PerformanceRecords days_{86400, kDays};
};

}  // namespace hostctl::history
