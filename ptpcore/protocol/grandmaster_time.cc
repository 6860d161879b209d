#include "ptpcore/protocol/grandmaster_time.h"

namespace ptpcore::protocol {
namespace {

constexpr int64_t kAnnouncedBeforeNs = int64_t{12} * 3600 * 1'000'000'000;

}  // namespace

TimeProperties PropertiesAt(const GrandmasterTime& time, int64_t utc_ns, const LeapTable* list,
                            const std::optional<LeapSecond>& leap, int leaps_passed) {
  TimeProperties p;
  p.ptp_timescale = time.ptp_timescale;
  p.time_traceable = time.time_traceable;
  p.frequency_traceable = time.frequency_traceable;
  p.time_source = time.time_source;
  const std::optional<int> listed = list == nullptr ? std::nullopt : list->TaiMinusUtcS(utc_ns);
  if (listed && !time.utc_offset_valid) {
    p.utc_offset_s = static_cast<int16_t>(*listed);
    p.utc_offset_valid = true;
  } else {
    p.utc_offset_s = static_cast<int16_t>(time.utc_offset_s + leaps_passed);
    p.utc_offset_valid = time.utc_offset_valid;
  }
  // Some clients take a valid offset off whatever the timescale is.
  if (!time.ptp_timescale) p.utc_offset_valid = false;
  const bool announced = leap && utc_ns >= leap->midnight_utc_ns - kAnnouncedBeforeNs &&
                         utc_ns < leap->midnight_utc_ns;
  p.leap61 = announced && leap->leap > 0;
  p.leap59 = announced && leap->leap < 0;
  return p;
}

}  // namespace ptpcore::protocol
