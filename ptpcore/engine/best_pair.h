// The most trustworthy of the recent offset measurements: that of the round trip
// with the least delay, because queues only ever add. What can be wrong with it is
// bounded by half of its round trip, whatever the path's asymmetry (RFC 5905 11.1).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace ptpcore::engine {

class BestPair {
 public:
  static constexpr size_t kKept = 8;
  static constexpr double kStampErrorNs = 1'000;  // of software timestamps at rest

  // One round trip: a Sync's flight and a Delay_Req's flight, in nanoseconds.
  // `moved_ns`: how far the clock was moved until then (SteeredClock::MovedNs).
  void Add(double master_to_slave_ns, double slave_to_master_ns, double moved_ns) {
    pairs_[added_++ % kKept] = {(master_to_slave_ns - slave_to_master_ns) / 2 - moved_ns,
                                (master_to_slave_ns + slave_to_master_ns) / 2};
  }
  void Clear() { added_ = 0; }

  // Half of the round trips that it takes to have seen an undisturbed one.
  bool settled() const { return added_ >= kKept / 2; }
  // Local clock minus master when the clock was moved by `moved_ns`, and the most it
  // can be off.
  double OffsetNs(double moved_ns) const { return Best().offset_ns + moved_ns; }
  double bound_ns() const { return std::max(Best().delay_ns, 0.0) + kStampErrorNs; }

 private:
  struct Pair {
    double offset_ns = 0;  // less what the clock was moved
    double delay_ns = 0;
  };
  const Pair& Best() const {
    const auto end = pairs_.begin() + static_cast<std::ptrdiff_t>(
                                          std::min<uint64_t>(std::max<uint64_t>(added_, 1), kKept));
    return *std::min_element(pairs_.begin(), end,
                             [](const Pair& a, const Pair& b) { return a.delay_ns < b.delay_ns; });
  }

  std::array<Pair, kKept> pairs_{};
  uint64_t added_ = 0;
};

}  // namespace ptpcore::engine
