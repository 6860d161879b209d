// A simulated clock on a simulated oscillator that takes steps and frequency
// corrections, and whose true error is known.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "ptpcore/sim/oscillator.h"

namespace ptpcore::sim {

class DisciplinedClock {
 public:
  // Shows `offset_ns` more than the truth at true time 0.
  DisciplinedClock(Oscillator oscillator, int64_t offset_ns)
      : oscillator_(oscillator), whole_offset_ns_(offset_ns) {}

  // Moves on to the true time `now_ns`; an earlier time changes nothing.
  void AdvanceTo(int64_t now_ns) {
    constexpr int64_t kStride = 250'000'000;  // the oscillator's walk is this fine at least
    while (now_ns_ < now_ns) {
      const int64_t by = std::min(now_ns - now_ns_, kStride);
      const double seconds = static_cast<double>(by) * 1e-9;
      const double rate = oscillator_.Run(seconds);
      part_offset_ns_ += seconds * (rate + correction_ppb_ + rate * correction_ppb_ * 1e-9);
      now_ns_ += by;
    }
  }

  void Step(int64_t by_ns) { whole_offset_ns_ += by_ns; }
  void SetFrequency(double ppb) { correction_ppb_ = ppb; }

  // What the clock shows now.
  int64_t Read() const { return now_ns_ + whole_offset_ns_ + std::llround(part_offset_ns_); }
  // How much that is more than the truth.
  double TrueOffset() const { return static_cast<double>(whole_offset_ns_) + part_offset_ns_; }

  int64_t now_ns() const { return now_ns_; }
  Oscillator& oscillator() { return oscillator_; }

 private:
  Oscillator oscillator_;
  int64_t now_ns_ = 0;
  int64_t whole_offset_ns_;
  double part_offset_ns_ = 0;
  double correction_ppb_ = 0;
};

}  // namespace ptpcore::sim
