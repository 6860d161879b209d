// The start: from the first few flights to a first belief about offset,
// frequency and delay, wide enough for the truth to be inside.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ptpcore/servo/clock_filter.h"

namespace ptpcore::servo {

class Acquisition {
 public:
  struct Flight {
    Direction direction = Direction::kFromMaster;
    double at_s = 0;       // uncorrected local time
    double flight_ns = 0;  // receipt minus sending
  };
  struct Fit {
    ClockFilter::State state;  // at the time of the last flight
    ClockFilter::State sigma;
  };

  // `correction_ppb` has been in force all the while.
  explicit Acquisition(double correction_ppb) : correction_ppb_(correction_ppb) {}

  // Returns the first belief when the flights allow one: at least one Delay_Req
  // and three Syncs over half a second, or two over two seconds.
  std::optional<Fit> Add(const Flight& flight);
  // The delay is measured apart: no Delay_Req is needed.
  void KnowDelay(double delay_ns, double sigma_ns) { known_delay_ = {delay_ns, sigma_ns}; }

 private:
  static constexpr size_t kMost = 32;  // Syncs beyond replace the last

  struct KnownDelay {
    double ns = 0;
    double sigma_ns = 0;
  };

  Fit MakeFit(double now_s) const;
  // The earliest of the Syncs, seen from the time `at_s` of a clock that gains `slope`;
  // `spread_ns`: by how much the latest was later.
  double Earliest(double at_s, double slope, double* spread_ns) const;

  double correction_ppb_;
  std::array<Flight, kMost> sync_{};
  size_t syncs_ = 0;
  std::optional<Flight> delay_;
  std::optional<KnownDelay> known_delay_;
};

}  // namespace ptpcore::servo
