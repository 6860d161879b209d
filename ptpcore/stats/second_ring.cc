#include "ptpcore/stats/second_ring.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::stats {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

}  // namespace

SecondRing::SecondRing(int64_t now_ns) : first_(now_ns / kSecondNs) {}

void SecondRing::Add(Quantity quantity, double value, int64_t now_ns) {
  if (!std::isfinite(value)) return;
  const int64_t number = now_ns / kSecondNs;
  MeasuredSecond& second = ring_[static_cast<size_t>(number % kSeconds)];
  if (second.number != number) second = {number, {}};
  second.values[static_cast<size_t>(quantity)].Add(value);
}

std::vector<MeasuredSecond> SecondRing::Since(int64_t after, int64_t now_ns) const {
  const int64_t running = now_ns / kSecondNs;
  std::vector<MeasuredSecond> seconds;
  const int64_t oldest = std::max(first_, running - kSeconds + 1);
  for (int64_t number = std::max(after + 1, oldest); number < running; ++number) {
    const MeasuredSecond& kept = ring_[static_cast<size_t>(number % kSeconds)];
    seconds.push_back(kept.number == number ? kept : MeasuredSecond{number, {}});
  }
  return seconds;
}

}  // namespace ptpcore::stats
