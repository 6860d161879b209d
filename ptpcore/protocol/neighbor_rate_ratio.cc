#include "ptpcore/protocol/neighbor_rate_ratio.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::protocol {
namespace {

// Points farther apart than this say nothing about the present.
constexpr int64_t kLongestGap_ns = 600'000'000'000;
// A point is off when it is off by so many times what is usual, and by more than stamps
// can be.
constexpr double kUnusual = 10;
constexpr double kStampError_ns = 200;

std::optional<int64_t> Difference(int64_t a, int64_t b) {
  int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
  return difference;
}

// Changes the order. Of an even count, the mean of the two in the middle.
double Median(double* values, size_t count) {
  double* const middle = values + count / 2;
  std::nth_element(values, middle, values + count);
  if (count % 2 == 1) return *middle;
  return (*middle + *std::max_element(values, middle)) / 2;
}

}  // namespace

void NeighborRateRatio::StartOver() {
  count_ = 0;
  off_.reset();
  off_in_a_row_ = 0;
  tolerance_ns_ = kFirstTolerance_ns;
}

void NeighborRateRatio::Forget() {
  StartOver();
  valid_ = false;
  ratio_ = 1;
}

std::optional<double> NeighborRateRatio::Late(const Point& from, const Point& to) const {
  const auto local = Difference(to.local_ns, from.local_ns);
  const auto neighbor = Difference(to.neighbor_ns, from.neighbor_ns);
  if (!local || !neighbor || *local <= 0 || *neighbor <= 0) return std::nullopt;
  if (*local > kLongestGap_ns || *neighbor > 2 * kLongestGap_ns) return std::nullopt;
  return static_cast<double>(*local - *neighbor) + (ratio_ - 1) * static_cast<double>(*local);
}

bool NeighborRateRatio::IsOff(const Point& point) const {
  if (count_ == 0) return false;
  const Point& last = points_[count_ - 1];
  const auto late = Late(last, point);
  if (!late) return true;  // times that have no difference, too
  // Before there is a ratio, the clocks may run apart.
  const double apart =
      valid_ ? 0 : kGreatestDifference * static_cast<double>(point.local_ns - last.local_ns);
  return std::abs(*late) > tolerance_ns_ + apart;
}

void NeighborRateRatio::Add(int64_t t3_ns, LocalTime t4) {
  const Point point{t3_ns, t4.ns};
  if (IsOff(point)) {
    ++off_in_a_row_;
    const auto late = off_ ? Late(*off_, point) : std::nullopt;
    const bool set = late && std::abs(*late) <= tolerance_ns_;
    if (!set && off_in_a_row_ < kOtherPace) {
      off_ = point;
      return;
    }
    StartOver();
  }
  off_.reset();
  off_in_a_row_ = 0;
  Append(point);
  if (count_ >= (valid_ ? kEnoughAgain : kEnough)) Fit();
}

void NeighborRateRatio::Append(const Point& point) {
  if (count_ == kKept) {
    std::copy(points_.begin() + 1, points_.end(), points_.begin());
    --count_;
  }
  points_[count_++] = point;
}

void NeighborRateRatio::Fit() {
  std::array<double, kKept*(kKept - 1) / 2> slopes;
  size_t n = 0;
  // Slopes over less than a third of the line are mostly noise.
  const size_t apart = std::max<size_t>(1, count_ / 3);
  for (size_t i = 0; i < count_; ++i) {
    for (size_t j = i + apart; j < count_; ++j) {
      const int64_t local = points_[j].local_ns - points_[i].local_ns;
      const int64_t neighbor = points_[j].neighbor_ns - points_[i].neighbor_ns;
      // Relative to the pace of our own clock, where a double loses nothing.
      slopes[n++] = static_cast<double>(neighbor - local) / static_cast<double>(local);
    }
  }
  ratio_ = 1 + std::clamp(Median(slopes.data(), n), -kGreatestDifference, kGreatestDifference);
  valid_ = true;
  if (count_ < kEnoughAgain) return;

  std::array<double, kKept - 1> scatter;
  for (size_t i = 1; i < count_; ++i) {
    scatter[i - 1] = std::abs(Late(points_[i - 1], points_[i]).value_or(kFirstTolerance_ns));
  }
  tolerance_ns_ =
      std::min(kFirstTolerance_ns, kStampError_ns + kUnusual * Median(scatter.data(), count_ - 1));
}

}  // namespace ptpcore::protocol
