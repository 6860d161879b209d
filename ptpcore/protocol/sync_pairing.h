// Joins two-step Sync messages with their Follow_Up: IEEE 1588-2019 11.2. Either
// may arrive first. Holds one of each.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {

// A complete Sync: the master sent it at `t1` (its timescale), we received it at
// `t2`; `correction` is the sum of both correctionFields.
struct CompleteSync {
  uint16_t sequence_id = 0;
  int64_t t1_ns = 0;
  LocalTime t2;
  wire::TimeInterval correction;
};

class SyncPairing {
 public:
  // Each returns the pair when it became complete. A Sync or Follow_Up that is
  // replaced before its partner came counts as unmatched, and so does a copy of a
  // Sync that waits; the first one's receive time holds.
  std::optional<CompleteSync> OnTwoStepSync(uint16_t sequence_id, wire::TimeInterval correction,
                                            LocalTime t2);
  std::optional<CompleteSync> OnFollowUp(uint16_t sequence_id, int64_t t1_ns,
                                         wire::TimeInterval correction);

  // Drops what waits, without counting it.
  void Clear();
  uint64_t unmatched() const { return unmatched_; }

 private:
  struct WaitingSync {
    uint16_t sequence_id;
    wire::TimeInterval correction;
    LocalTime t2;
  };
  struct WaitingFollowUp {
    uint16_t sequence_id;
    int64_t t1_ns;
    wire::TimeInterval correction;
  };

  std::optional<CompleteSync> Join();

  std::optional<WaitingSync> sync_;
  std::optional<WaitingFollowUp> follow_up_;
  uint64_t unmatched_ = 0;
};

}  // namespace ptpcore::protocol
