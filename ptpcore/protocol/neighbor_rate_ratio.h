// neighborRateRatio: how fast the neighbour's clock runs against ours, from the times
// at which its peer delay responses left it (t3) and reached us (t4): IEEE
// 802.1AS-2020 11.2.19.3.3. A line through the last few; the median of the slopes of
// its points two by two (Theil and Sen), which a late packet among them does not move.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ptpcore/protocol/time.h"

namespace ptpcore::protocol {

class NeighborRateRatio {
 public:
  // No two clocks differ by more (802.1AS-2020 B.1.1 allows 100 ppm each; a clock that
  // is being slewed may run farther off).
  static constexpr double kGreatestDifference = 1e-3;

  // The response of one exchange. One whose times lie far off the line is left out; two
  // in a row that lie equally far off mean that one of the clocks was set, and several
  // that its pace has changed: the line starts over.
  void Add(int64_t t3_ns, LocalTime t4);
  // Our own clock was stepped. `ratio()` holds until there is a new line.
  void StartOver();
  // The neighbour is another one, or gone: nothing is known.
  void Forget();

  // Whether there were enough exchanges.
  bool valid() const { return valid_; }
  // Pace of the neighbour's clock over ours; 1 until valid.
  double ratio() const { return ratio_; }

 private:
  static constexpr size_t kKept = 16;
  // Points of the first line, and of one that replaces a ratio that is known.
  static constexpr size_t kEnough = 3;
  static constexpr size_t kEnoughAgain = 8;
  // Points in a row off the line that mean another pace.
  static constexpr int kOtherPace = 4;

  struct Point {
    int64_t neighbor_ns = 0;
    int64_t local_ns = 0;
  };

  // How much later than at this pace `to` is after `from`; absent where the two have
  // nothing to do with each other.
  std::optional<double> Late(const Point& from, const Point& to) const;
  bool IsOff(const Point& point) const;
  void Append(const Point& point);
  void Fit();

  std::array<Point, kKept> points_{};  // oldest first
  size_t count_ = 0;
  double tolerance_ns_ = kFirstTolerance_ns;
  std::optional<Point> off_;  // the last one that was left out
  int off_in_a_row_ = 0;
  bool valid_ = false;
  double ratio_ = 1;

  static constexpr double kFirstTolerance_ns = 10e6;
};

}  // namespace ptpcore::protocol
