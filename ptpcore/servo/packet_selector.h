// Of flights in quick succession only the fastest is believed (ITU-T G.8260 calls that
// minimum packet selection). They meet the same queues and the same sleepy processor, so
// that sixteen of them tell little more than one; and where stamps are taken by
// software few flights come near the least delay, so that most only blur it.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/servo/clock_filter.h"
#include "ptpcore/servo/servo.h"

namespace ptpcore::servo {

// One for each direction.
class PacketSelector {
 public:
  // A group ends when the next flight would make it longer than this: eight flights a
  // second and fewer are all believed.
  static constexpr double kGroup_s = 0.1;

  explicit PacketSelector(Direction direction) : direction_(direction) {}

  // Takes in a sane flight, measured while the local clock gained `gain_ppb` on the
  // master. Returns the fastest of its group when that ends with it.
  std::optional<OneWay> See(const OneWay& measured, double gain_ppb);

  // Flights from now on cannot be compared with those before.
  void Reset();

 private:
  // By how much `a` took longer than `b`.
  double Excess(const OneWay& a, const OneWay& b, double gain_ppb) const;

  Direction direction_;
  std::optional<int64_t> last_ns_;  // local time of the last flight
  int64_t first_ns_ = 0;            // and of the group's first
  std::optional<OneWay> fastest_;   // of the group; none: no group has begun
};

}  // namespace ptpcore::servo
