// From the master's time to UTC: IEEE 1588-2019 7.2.1 to 7.2.4 and table 37.
//
// With the ptpTimescale flag the master sends TAI, and UTC = PTP time -
// currentUtcOffset. Without it the timescale is arbitrary (ARB), which in
// practice is UTC from a software-timestamping grandmaster: nothing is taken
// off. A wrong flag is 37 s of error, so a flag that changes under a locked
// clock is believed only when the timestamps change with it.
//
// A leap second changes the offset at its instant, not when some Announce says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ptpcore/protocol/leap_second.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {

// timePropertiesDS, 8.2.4, as announced.
struct TimeProperties {
  bool ptp_timescale = false;
  bool time_traceable = false;
  bool frequency_traceable = false;
  bool leap61 = false;
  bool leap59 = false;
  bool utc_offset_valid = false;
  int16_t utc_offset_s = 37;
  uint8_t time_source = 0xA0;

  friend bool operator==(const TimeProperties& a, const TimeProperties& b);
  friend bool operator!=(const TimeProperties& a, const TimeProperties& b) { return !(a == b); }
};

TimeProperties TimePropertiesFromAnnounce(const wire::Header& header,
                                          const wire::Announce& announce);

// The seconds to take off the master's time to get UTC, by the rule above.
int UtcOffsetByRule(const TimeProperties& properties);

// Applies the rule, and holds on to the offset in force while a change of flags
// is not borne out by the timestamps.
class UtcConverter {
 public:
  // Another master: the next properties are believed at once. The leap second stays.
  void Reset();

  // A leap second is to come at the end of this day; absent: none is, after all.
  void SetLeap(const std::optional<LeapSecond>& leap);
  // It has passed, so long ago that masters announce the offset behind it.
  void LeapPassed();

  void Announced(const TimeProperties& properties);

  // Converts the time in a Sync to UTC. `local_ns` is when it was received by
  // the local clock; while `locked`, it arbitrates between the offset in force
  // and a newly announced one.
  int64_t FromSync(int64_t master_ns, int64_t local_ns, bool locked);
  // Converts any other time of the same master.
  int64_t Convert(int64_t master_ns) const;
  // Whether a measurement at this time of the master is too near to a leap second to
  // tell on which side of it both clocks were.
  bool AmbiguousAt(int64_t master_ns) const;

  int applied_s() const { return applied_s_; }
  // True while the announced flags contradict what is applied.
  bool holding() const { return applied_s_ != announced_s_; }
  // What is done and why, for people.
  std::string Explanation() const;

 private:
  int OffsetAt(int64_t master_ns) const;

  TimeProperties properties_;
  bool have_ = false;
  // Where a leap second is set, the offset before it.
  int applied_s_ = 0;
  int announced_s_ = 0;
  std::optional<LeapSecond> leap_;
  std::optional<int> before_leap_s_;  // as another master said it
  std::optional<int> outdated_s_;     // the offset before the leap second that passed
};

}  // namespace ptpcore::protocol
