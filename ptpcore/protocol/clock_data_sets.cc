#include "ptpcore/protocol/clock_data_sets.h"

#include <algorithm>

namespace ptpcore::protocol {
namespace {

uint16_t FlagsOf(const TimeProperties& p) {
  unsigned flags = 0;
  if (p.leap61) flags |= wire::kLeap61;
  if (p.leap59) flags |= wire::kLeap59;
  if (p.utc_offset_valid) flags |= wire::kCurrentUtcOffsetValid;
  if (p.ptp_timescale) flags |= wire::kPtpTimescale;
  if (p.time_traceable) flags |= wire::kTimeTraceable;
  if (p.frequency_traceable) flags |= wire::kFrequencyTraceable;
  return static_cast<uint16_t>(flags);
}

}  // namespace

wire::Timestamp SentTime(const ClockDataSets& sets, LocalTime utc) {
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t ns = std::max<int64_t>(0, utc.ns + sets.utc_offset_s * kSecond);
  return {static_cast<uint64_t>(ns / kSecond), static_cast<uint32_t>(ns % kSecond)};
}

TlvOctets FillAnnounce(const ClockDataSets& sets, wire::Message& announce) {
  announce.header.flags =
      static_cast<uint16_t>(announce.header.flags | FlagsOf(sets.time_properties));
  wire::Announce body;
  body.current_utc_offset = sets.time_properties.utc_offset_s;
  body.priority1 = sets.parent.grandmaster_priority1;
  body.quality = sets.parent.grandmaster_quality;
  body.priority2 = sets.parent.grandmaster_priority2;
  body.grandmaster = sets.parent.grandmaster;
  body.steps_removed = sets.current.steps_removed;
  body.time_source = sets.time_properties.time_source;
  announce.body = body;
  TlvOctets tlvs;
  if (sets.path_trace_enabled) AppendPathTrace(sets.path_trace, sets.own.clock_identity, tlvs);
  return tlvs;
}

}  // namespace ptpcore::protocol
