// Mean and standard deviation of the recent past, in constant memory: two halves
// of 30 s each, the older of which is forgotten when the newer is full. What is
// reported covers the last 30 to 60 seconds.
#pragma once

#include <cstdint>

namespace ptpcore::stats {

// Count, extremes, mean and sum of squared differences (Welford), mergeable.
class Moments {
 public:
  void Add(double value);
  void Merge(const Moments& other);

  uint64_t count() const { return count_; }
  double mean() const { return mean_; }
  // 0 without values.
  double minimum() const { return minimum_; }
  double maximum() const { return maximum_; }
  // Of the sample; 0 with fewer than two values.
  double std_dev() const;

 private:
  uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
  double minimum_ = 0;
  double maximum_ = 0;
};

class RunningWindow {
 public:
  static constexpr int64_t kHalfNs = 30'000'000'000;

  // `now_ns` is any steady time, never smaller than before. A value that is not
  // finite is ignored.
  void Add(double value, int64_t now_ns);
  void Clear() { *this = RunningWindow(); }

  double last() const { return last_; }
  Moments Recent() const;

 private:
  Moments newer_;
  Moments older_;
  int64_t newer_since_ns_ = 0;
  double last_ = 0;
};

}  // namespace ptpcore::stats
