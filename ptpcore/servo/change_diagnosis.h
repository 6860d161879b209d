// What has changed, once it is certain that something has (change_detector.h).
//
// A Sync's flight is delay + offset, a Delay_Req's delay - offset. So a change of
// the route shows in both directions alike, a jump of either clock with opposite
// signs, a jump of the frequency likewise and growing. A change in one direction
// only could be a jump of the clocks that happens to come with a new route of just
// the same size; it is taken for what is far more likely: one direction got longer.
// So a new asymmetry does not drag the clock, and a jump of the clock is followed.
#pragma once

#include <array>
#include <cstddef>

#include "ptpcore/servo/clock_filter.h"

namespace ptpcore::servo {

class ChangeDiagnosis {
 public:
  enum class Kind {
    kTooEarly,  // too few flights since then; ask again after the next
    kUnclear,
    kRoute,           // both directions longer by size_ns
    kOffset,          // offset larger by size_ns
    kFrequency,       // the offset moves: size_ns now, and rate_ppb
    kFromMasterOnly,  // this direction longer by size_ns
    kToMasterOnly
  };
  struct Finding {
    Kind kind = Kind::kUnclear;
    double size_ns = 0;
    double rate_ppb = 0;
    double over_s = 0;  // the flights that tell this spread over so long
  };

  // A flight at `at_s` deviated by `residual_ns` from what the past foretold.
  void Add(Direction direction, double at_s, double residual_ns);

  // The change that direction `seen_in` gave away by its newest flights, where
  // `noise_ns` is about how much flights deviate anyway. `asked`: how many times
  // since the alarm; the more, the more flights are surely after the change.
  Finding Find(Direction seen_in, double noise_ns, size_t asked) const;

  // What was seen so far is about a past that is over.
  void Reset() { count_ = 0; }

 private:
  static constexpr size_t kMost = 12;
  struct Flight {
    Direction direction = Direction::kFromMaster;
    double at_s = 0;
    double residual_ns = 0;
  };
  // The newest flights, newest first, that are all after the change.
  struct Evidence {
    std::array<Flight, kMost> flights;
    size_t count = 0;
  };

  const Flight& Newest(size_t i) const { return ring_[(count_ - 1 - i) % kMost]; }
  // One cause of `effect` per unit in each direction: its size, and how badly that
  // fits.
  static double BestSize(const Evidence& evidence, const std::array<double, 2>& effect,
                         double* size_ns);
  static double BestRate(const Evidence& evidence, Finding* finding);

  std::array<Flight, kMost> ring_{};
  size_t count_ = 0;
};

}  // namespace ptpcore::servo
