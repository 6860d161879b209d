// The performance monitoring records of one period length (IEEE 1588-2019 annex
// J.5.1): the period that runs and a fixed number of those before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "hostctl/v1/ptp_history.pb.h"

namespace hostctl::history {

class PerformanceRecords {
 public:
  // `period_s`: a quarter of an hour or a day. Keeps `records`, the running one
  // included.
  PerformanceRecords(int64_t period_s, size_t records);

  // Takes one second into the period that it belongs to by the clock's own time; a
  // clock that was stepped into another period begins a record there. Seconds come
  // in the order of their numbers.
  void Add(const v1::PtpSecond& second);

  // Newest first, the newest `last` of them; periods in which no engine ran are
  // missing.
  std::vector<v1::PerformanceRecord> Newest(size_t last) const;

 private:
  struct Open {
    v1::PerformanceRecord record;
    bool without_gap = true;
    bool synchronized = true;
    int64_t first_s = 0;  // clock's time of the first and the last second in it
    int64_t last_s = 0;
    uint64_t last_number = 0;
  };

  bool Complete(const Open& open) const;

  const int64_t period_s_;
  const size_t records_;
  std::deque<Open> newest_first_;
};

}  // namespace hostctl::history
