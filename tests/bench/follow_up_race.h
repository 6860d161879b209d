// Which Syncs ptpd 2.3.1 makes use of where each Follow_Up travels on its own and leaves
// together with its Sync, as in clknetsim: half of them arrive first, and it is only
// prepared for the other order (src/protocol.c, handleSync and handleFollowUp).
//
//   run.SetSyncFilter(FollowUpRace(seed));
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/sim/link.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::bench {

class FollowUpRace {
 public:
  explicit FollowUpRace(uint64_t seed) : random_(seed + 2'000'003) {}

  // A Sync arrives that took `sync_ns`; its Follow_Up left with it, by `link`. True when
  // the two make a measurement: the Follow_Up came later, and this Sync is the one that
  // was waiting for it.
  bool operator()(double sync_ns, const sim::LinkModel& link) {
    const std::optional<double> follow_up_ns = sim::Travel(link, random_);
    // A Sync whose Follow_Up did not come stays the one that waits, until the third.
    if (waits_ && ++passed_over_ < kMostPassedOver) return false;
    waits_ = !follow_up_ns || *follow_up_ns < sync_ns;
    if (!waits_) passed_over_ = 0;
    return !waits_;
  }

 private:
  static constexpr int kMostPassedOver = 3;  // MAX_FOLLOWUP_GAP

  sim::Random random_;
  bool waits_ = false;
  int passed_over_ = 0;
};

}  // namespace ptpcore::bench
