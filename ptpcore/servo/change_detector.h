// Notices that measurements no longer fit what was learned: another route, a
// jump of the master. A late packet is ordinary; late packets only, or packets
// that are too early, are not. Page's cumulative sum test, both ways.
#pragma once

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {

class ChangeDetector {
 public:
  // `survival`: the probability of an excess at least this large; `outlier`: that
  // nothing explains the measurement; `size_ns`: how far it lies from the expected.
  // Returns true when a change is certain.
  bool See(double survival, double outlier, double size_ns) {
    // Were all as ever, -log(survival) would average 1 and the sum stay near zero.
    const double late = std::min(-std::log(std::max(survival, 1e-12)), 8.0);
    const double before = suspicion_;
    suspicion_ = std::max(0.0, suspicion_ + std::max(late - 2.5, outlier > 0.5 ? 6.0 : -1.5));
    if (before == 0) smallest_ns_ = size_ns;
    smallest_ns_ = std::min(smallest_ns_, size_ns);
    if (suspicion_ > 0) size_ns_ = smallest_ns_;
    return suspicion_ >= kCertain;
  }

  void Reset() { suspicion_ = 0; }

  double suspicion() const { return suspicion_; }
  // The smallest deviation since the suspicion arose.
  double size_ns() const { return size_ns_; }

 private:
  static constexpr double kCertain = 22;

  double suspicion_ = 0;
  double smallest_ns_ = 0;
  double size_ns_ = 0;
};

}  // namespace ptpcore::servo
