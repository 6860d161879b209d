#include "ptpcore/stats/running_window.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::stats {

void Moments::Add(double value) {
  minimum_ = count_ == 0 ? value : std::min(minimum_, value);
  maximum_ = count_ == 0 ? value : std::max(maximum_, value);
  ++count_;
  const double before = value - mean_;
  mean_ += before / static_cast<double>(count_);
  squares_ += before * (value - mean_);
}

void Moments::Merge(const Moments& other) {
  if (other.count_ == 0) return;
  minimum_ = count_ == 0 ? other.minimum_ : std::min(minimum_, other.minimum_);
  maximum_ = count_ == 0 ? other.maximum_ : std::max(maximum_, other.maximum_);
  const auto n = static_cast<double>(count_);
  const auto m = static_cast<double>(other.count_);
  const double difference = other.mean_ - mean_;
  mean_ += difference * m / (n + m);
  squares_ += other.squares_ + difference * difference * n * m / (n + m);
  count_ += other.count_;
}

double Moments::std_dev() const {
  return count_ < 2 ? 0.0 : std::sqrt(squares_ / static_cast<double>(count_ - 1));
}

void RunningWindow::Add(double value, int64_t now_ns) {
  if (!std::isfinite(value)) return;
  if (newer_.count() == 0) newer_since_ns_ = now_ns;
  if (now_ns - newer_since_ns_ >= kHalfNs) {
    // After a silence the half before is too old to count.
    older_ = now_ns - newer_since_ns_ < 2 * kHalfNs ? newer_ : Moments();
    newer_ = Moments();
    newer_since_ns_ = now_ns;
  }
  newer_.Add(value);
  last_ = value;
}

Moments RunningWindow::Recent() const {
  Moments both = older_;
  both.Merge(newer_);
  return both;
}

}  // namespace ptpcore::stats
