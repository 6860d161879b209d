// Data fields that linuxptp defines for itself, as its `pmc` shows them. Laid out from what
// goes over the network.
#include <algorithm>
#include <limits>

#include "ptpcore/management/data.h"
#include "ptpcore/wire/ptp_text.h"

namespace ptpcore::management {
namespace {

void WriteTimeStatus(const ClockView& clock, wire::Writer& writer) {
  const wire::FollowUpInformation& information = clock.follow_up_information;
  writer.U64(static_cast<uint64_t>(clock.offset_from_master_ns));
  writer.U64(static_cast<uint64_t>(clock.last_sync_ingress_ns));
  writer.U32(static_cast<uint32_t>(information.cumulative_scaled_rate_offset));
  writer.U32(static_cast<uint32_t>(information.scaled_last_gm_freq_change));
  writer.U16(information.gm_time_base_indicator);
  information.last_gm_phase_change.Write(writer);
  writer.U32(clock.IsGrandmaster() ? 0 : 1);  // gmPresent: a grandmaster other than us
  writer.Clock(clock.parent_ds.grandmaster);
}

void WriteGrandmasterSettings(const ClockView& clock, wire::Writer& writer) {
  const wire::ClockQuality& quality = clock.default_ds.quality;
  writer.U8(quality.clock_class);
  writer.U8(quality.clock_accuracy);
  writer.U16(quality.offset_scaled_log_variance);
  writer.U16(static_cast<uint16_t>(clock.own_time_properties.utc_offset_s));
  writer.U8(FlagsOf(clock.own_time_properties));
  writer.U8(clock.own_time_properties.time_source);
}

void WritePortDataSetNp(const PortView& port, wire::Writer& writer) {
  const int64_t threshold = std::clamp<int64_t>(port.neighbor_propagation_delay_threshold_ns, 0,
                                                std::numeric_limits<uint32_t>::max());
  writer.U32(static_cast<uint32_t>(threshold));
  writer.U32(port.as_capable ? 1 : 0);
}

// These counters are the one thing in PTP that goes low octet first.
void WriteLowOctetFirst(uint64_t value, wire::Writer& writer) {
  for (int i = 0; i < 8; ++i, value >>= 8) writer.U8(static_cast<uint8_t>(value));
}

void WritePortStats(const PortView& port, wire::Writer& writer) {
  writer.Port(port.identity);
  for (const uint64_t count : port.received) WriteLowOctetFirst(count, writer);
  for (const uint64_t count : port.sent) WriteLowOctetFirst(count, writer);
}

}  // namespace

bool WriteLinuxptpData(Id id, const ClockView& clock, const PortView& port, wire::Writer& writer) {
  switch (id) {
    case Id::kTimeStatusNp:
      WriteTimeStatus(clock, writer);
      return true;
    case Id::kGrandmasterSettingsNp:
      WriteGrandmasterSettings(clock, writer);
      return true;
    case Id::kPortDataSetNp:
      WritePortDataSetNp(port, writer);
      return true;
    case Id::kPortPropertiesNp:
      writer.Port(port.identity);
      writer.U8(static_cast<uint8_t>(port.state));
      writer.U8(static_cast<uint8_t>(port.timestamping));
      wire::WriteText(port.interface, writer);
      return true;
    case Id::kPortStatsNp:
      WritePortStats(port, writer);
      return true;
    default:
      return false;
  }
}

}  // namespace ptpcore::management
