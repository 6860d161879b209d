// What a grandmaster announces of its time: IEEE 1588-2019 8.2.4 and 9.4. Our clock
// keeps UTC; in the PTP timescale we send TAI. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/protocol/leap_second.h"
#include "ptpcore/protocol/leap_table.h"
#include "ptpcore/protocol/timescale.h"

namespace ptpcore::protocol {

// As configured.
struct GrandmasterTime {
  bool ptp_timescale = true;  // false: we send UTC, in the arbitrary timescale
  int16_t utc_offset_s = 37;  // TAI - UTC
  // The offset is known to be right. If not, a list of leap seconds that is not outdated
  // is asked first, and makes it valid.
  bool utc_offset_valid = false;
  bool time_traceable = false;
  bool frequency_traceable = false;
  uint8_t time_source = 0xA0;  // table 6: internal oscillator
};

// What to announce when our clock shows `utc_ns`. `leap` is to come at the end of the
// day: it is announced during the last 12 hours. `leaps_passed`: seconds inserted less
// those left out since the configuration was made. Within two seconds around a leap
// second (LeapSecond::AmbiguousAt) the answer is not to be used.
TimeProperties PropertiesAt(const GrandmasterTime& time, int64_t utc_ns, const LeapTable* list,
                            const std::optional<LeapSecond>& leap, int leaps_passed);

}  // namespace ptpcore::protocol
