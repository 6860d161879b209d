// The leap second at the end of a UTC day: whether there is one, and when a clock
// that keeps UTC is set by it. ITU-R TF.460-6 clause 2, IEEE 1588-2019 7.2.4 and 9.4.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ptpcore/protocol/leap_table.h"

namespace ptpcore::protocol {

struct LeapSecond {
  int leap = 0;                 // +1: a second is inserted; -1: one is left out
  int64_t midnight_utc_ns = 0;  // the end of the day

  // When a UTC clock is set by -leap seconds, as it shows before that: the start of the
  // inserted second, or of the one that is left out.
  int64_t InstantUtcNs() const { return midnight_utc_ns - (leap < 0 ? int64_t{1'000'000'000} : 0); }
  // Whether times around `utc_ns` can be mistaken for those of a second before or after:
  // within two seconds of the instant, by the clock before or after it was set.
  bool AmbiguousAt(int64_t utc_ns) const;

  friend bool operator==(const LeapSecond& a, const LeapSecond& b) {
    return a.leap == b.leap && a.midnight_utc_ns == b.midnight_utc_ns;
  }
};

// What a master announces of the end of the day, table 37.
struct LeapFlags {
  bool leap61 = false;
  bool leap59 = false;
};

struct LeapDecision {
  std::optional<LeapSecond> leap;
  std::string explanation;  // for people; empty when nothing is announced nor known
};

// Decides for the UTC day of `utc_ns`. The list, where it knows, is believed before the
// master (null: there is none; flags absent: no master). A master alone is believed on
// the last day of a month only, as there are no leap seconds on others.
LeapDecision DecideLeap(int64_t utc_ns, const std::optional<LeapFlags>& announced,
                        const LeapTable* list);

// Whether the UTC day of `utc_ns` is the first, or the last, of a month.
bool IsFirstDayOfMonth(int64_t utc_ns);
bool IsLastDayOfMonth(int64_t utc_ns);

}  // namespace ptpcore::protocol
