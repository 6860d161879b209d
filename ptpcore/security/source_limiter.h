// Lets no source address send more than so many messages a second: a flood from one costs the
// others nothing. A token bucket for each (as the generic cell rate algorithm, ITU-T I.371: one
// number), in a table of fixed size: addresses are spread over it by a hash that a stranger cannot
// foresee, and two that meet share a bucket. So neither many addresses nor new ones make it slow
// or forgetful, and nothing is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ptpcore/wire/types.h"

namespace ptpcore::security {

class SourceLimiter {
 public:
  static constexpr size_t kBuckets = 4096;

  // `messages_per_second`: at least 1. Twice as many may come at once, after a second of silence
  // or more. `seed`: anything that others do not know.
  SourceLimiter(uint32_t messages_per_second, uint64_t seed);

  void SetRate(uint32_t messages_per_second);
  // Whether a message from there is within its rate. `now_ns`: CLOCK_MONOTONIC.
  bool Allow(const wire::PortAddress& from, int64_t now_ns);
  uint64_t refused() const { return refused_; }

 private:
  int64_t interval_ns_ = 0;
  int64_t tolerance_ns_ = 0;
  uint64_t seed_;
  std::vector<int64_t> due_ns_;  // of each bucket: when its next message is due at the latest
  uint64_t refused_ = 0;
};

}  // namespace ptpcore::security
