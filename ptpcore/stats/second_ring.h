// What was measured, second by second, for the last few seconds: whoever keeps a
// history (IEEE 1588-2019 annex J.5.1) collects from here, and misses no extreme
// although it asks only now and then. Constant memory; seconds are those of a
// steady clock, which no step of the disciplined clock disturbs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "ptpcore/stats/running_window.h"

namespace ptpcore::stats {

// The parameters of annex J.5.1, and the frequency correction.
enum class Quantity {
  kOffsetFromMasterNs,
  kMeanPathDelayNs,
  kMasterSlaveDelayNs,
  kSlaveMasterDelayNs,
  kFrequencyCorrectionPpb,
};
inline constexpr size_t kQuantities = 5;

struct MeasuredSecond {
  int64_t number = 0;  // second of the steady clock
  std::array<Moments, kQuantities> values;

  const Moments& of(Quantity quantity) const { return values[static_cast<size_t>(quantity)]; }
};

class SecondRing {
 public:
  static constexpr int64_t kSeconds = 16;  // that are remembered

  // Knows nothing of the time before `now_ns`, the steady time.
  explicit SecondRing(int64_t now_ns);

  // `now_ns` is never smaller than before. A value that is not
  // finite is ignored.
  void Add(Quantity quantity, double value, int64_t now_ns);

  // The seconds after `after` that were over at `now_ns`, oldest first, none left
  // out, the first one perhaps not whole; at most kSeconds - 1, the newest ones.
  std::vector<MeasuredSecond> Since(int64_t after, int64_t now_ns) const;

 private:
  int64_t first_;  // second
  std::array<MeasuredSecond, kSeconds> ring_;
};

}  // namespace ptpcore::stats
