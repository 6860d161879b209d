// How much longer than the path's minimum flights take: a mixture of
// exponentials from 4 ns to 16 ms whose shares are learned from the traffic, one
// model for each direction. Hardware stamps, a busy switch, bursts and a load
// on one direction only are all just other shares.
#pragma once

#include <array>
#include <cstddef>

#include "ptpcore/servo/one_sided.h"

namespace ptpcore::servo {

class NoiseModel {
 public:
  static constexpr size_t kScales = 12;
  using Shares = std::array<double, kScales>;

  // What one measurement says, all scales taken together.
  struct Reading {
    Moments moments;     // as in one_sided.h; log_evidence is per nanosecond
    Shares shares{};     // the probability that the excess came from each scale
    double outlier = 0;  // the probability that the measurement tells nothing
  };

  NoiseModel();

  // `surprise`: (measurement - mean) / sigma; `sigma_ns` > 0.
  Reading Read(double surprise, double sigma_ns) const;

  // Moves the shares towards those of a reading; `rate` of 0 to 1 scales how far.
  void Learn(const Shares& shares, double rate);

  // The probability that an excess is above `excess_ns`.
  double Survival(double excess_ns) const;

  // The least excess among `count` is above this in half of the cases.
  double LeastOf(int count) const;

  // Half of the excesses are below this.
  double MedianExcess() const { return median_ns_; }

 private:
  bool Counts(size_t k) const;
  void ImproveMedian();

  Shares share_;
  double median_ns_ = 1'000;
  double seen_ = 0;
};

}  // namespace ptpcore::servo
