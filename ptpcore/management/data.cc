#include "ptpcore/management/data.h"

#include "ptpcore/wire/message.h"

namespace ptpcore::management {
namespace {

void Write(Id id, const ClockView& clock, const PortView& port, wire::Writer& writer) {
  if (WriteClockData(id, clock, writer)) return;
  if (WritePortData(id, clock, port, writer)) return;
  WriteLinuxptpData(id, clock, port, writer);
}

}  // namespace

std::vector<uint8_t> DataOf(Id id, const ClockView& clock, const PortView& port) {
  wire::Writer measure({});
  Write(id, clock, port, measure);
  std::vector<uint8_t> data(measure.size());
  wire::Writer writer(absl::MakeSpan(data));
  Write(id, clock, port, writer);
  return data;
}

uint8_t FlagsOf(const protocol::TimeProperties& properties) {
  int flags = 0;
  if (properties.leap61) flags |= wire::kLeap61;
  if (properties.leap59) flags |= wire::kLeap59;
  if (properties.utc_offset_valid) flags |= wire::kCurrentUtcOffsetValid;
  if (properties.ptp_timescale) flags |= wire::kPtpTimescale;
  if (properties.time_traceable) flags |= wire::kTimeTraceable;
  if (properties.frequency_traceable) flags |= wire::kFrequencyTraceable;
  return static_cast<uint8_t>(flags);
}

}  // namespace ptpcore::management
