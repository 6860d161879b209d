// Data fields about the clock as a whole: IEEE 1588-2019 15.5.3.1 to 15.5.3.5.
#include <algorithm>

#include "ptpcore/management/data.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/ptp_text.h"

namespace ptpcore::management {
namespace {

constexpr uint8_t kTwoStepFlag = 1 << 0;
constexpr uint8_t kSlaveOnlyFlag = 1 << 1;
// Of a clock that accepts only some masters.
constexpr uint16_t kMaxAcceptableMasters = 64;
// As many as are sure to fit into a message.
constexpr size_t kMaxFaults = 4;

// One octet and a reserved one: the layout of most data fields.
void WriteOctet(uint8_t value, wire::Writer& writer) {
  writer.U8(value);
  writer.U8(0);
}

void WriteQuality(const wire::ClockQuality& quality, wire::Writer& writer) {
  writer.U8(quality.clock_class);
  writer.U8(quality.clock_accuracy);
  writer.U16(quality.offset_scaled_log_variance);
}

void WriteDefaultDataSet(const protocol::DefaultDataSet& ds, wire::Writer& writer) {
  WriteOctet(
      static_cast<uint8_t>((ds.two_step ? kTwoStepFlag : 0) | (ds.slave_only ? kSlaveOnlyFlag : 0)),
      writer);
  writer.U16(ds.number_ports);
  writer.U8(ds.priority1);
  WriteQuality(ds.quality, writer);
  writer.U8(ds.priority2);
  writer.Clock(ds.clock_identity);
  WriteOctet(ds.domain_number, writer);
}

void WriteCurrentDataSet(const protocol::CurrentDataSet& ds, wire::Writer& writer) {
  writer.U16(ds.steps_removed);
  writer.Interval(ds.offset_from_master);
  writer.Interval(ds.mean_delay);
}

void WriteParentDataSet(const protocol::ParentDataSet& ds, wire::Writer& writer) {
  writer.Port(ds.port);
  WriteOctet(ds.parent_stats ? 1 : 0, writer);
  writer.U16(ds.observed_offset_scaled_log_variance);
  writer.U32(static_cast<uint32_t>(ds.observed_phase_change_rate));
  writer.U8(ds.grandmaster_priority1);
  WriteQuality(ds.grandmaster_quality, writer);
  writer.U8(ds.grandmaster_priority2);
  writer.Clock(ds.grandmaster);
}

void WriteTimePropertiesDataSet(const protocol::TimeProperties& ds, wire::Writer& writer) {
  writer.U16(static_cast<uint16_t>(ds.utc_offset_s));
  writer.U8(FlagsOf(ds));
  writer.U8(ds.time_source);
}

void WriteFaultLog(const std::vector<FaultRecord>& faults, wire::Writer& writer) {
  const size_t count = std::min(faults.size(), kMaxFaults);
  writer.U16(static_cast<uint16_t>(count));
  for (size_t i = 0; i < count; ++i) {
    const auto write = [&fault = faults[i]](wire::Writer& w) {
      w.Time(fault.time);
      w.U8(static_cast<uint8_t>(fault.severity));
      wire::WriteText(fault.name, w);
      wire::WriteText(fault.value, w);
      wire::WriteText(fault.description, w);
    };
    wire::Writer measure({});
    write(measure);
    writer.U16(static_cast<uint16_t>(measure.size()));  // faultRecordLength
    write(writer);
  }
}

void WriteAcceptableMasters(const std::vector<protocol::AcceptableMaster>& masters,
                            wire::Writer& writer) {
  const size_t count = std::min<size_t>(masters.size(), kMaxAcceptableMasters);
  writer.U16(static_cast<uint16_t>(count));
  for (size_t i = 0; i < count; ++i) {
    wire::PortIdentity port = masters[i].port;
    if (port.port == 0) port.port = wire::kAllPorts.port;
    writer.Port(port);
    writer.U8(masters[i].alternate_priority1);
  }
}

}  // namespace

bool WriteClockData(Id id, const ClockView& clock, wire::Writer& writer) {
  const uint8_t time_flags = FlagsOf(clock.time_properties);
  switch (id) {
    case Id::kUserDescription:
      wire::WriteText(clock.user_description, writer);
      return true;
    case Id::kFaultLog:
      WriteFaultLog(clock.faults, writer);
      return true;
    case Id::kDefaultDataSet:
      WriteDefaultDataSet(clock.default_ds, writer);
      return true;
    case Id::kCurrentDataSet:
      WriteCurrentDataSet(clock.current_ds, writer);
      return true;
    case Id::kParentDataSet:
      WriteParentDataSet(clock.parent_ds, writer);
      return true;
    case Id::kTimePropertiesDataSet:
      WriteTimePropertiesDataSet(clock.time_properties, writer);
      return true;
    case Id::kPriority1:
      WriteOctet(clock.default_ds.priority1, writer);
      return true;
    case Id::kPriority2:
      WriteOctet(clock.default_ds.priority2, writer);
      return true;
    case Id::kDomain:
      WriteOctet(clock.default_ds.domain_number, writer);
      return true;
    case Id::kSlaveOnly:
      WriteOctet(clock.default_ds.slave_only ? 1 : 0, writer);
      return true;
    case Id::kTime:
      writer.Time(clock.time);
      return true;
    case Id::kClockAccuracy:
      WriteOctet(clock.default_ds.quality.clock_accuracy, writer);
      return true;
    case Id::kUtcProperties:
      writer.U16(static_cast<uint16_t>(clock.time_properties.utc_offset_s));
      WriteOctet(time_flags & (wire::kLeap61 | wire::kLeap59 | wire::kCurrentUtcOffsetValid),
                 writer);
      return true;
    case Id::kTraceabilityProperties:
      WriteOctet(time_flags & (wire::kTimeTraceable | wire::kFrequencyTraceable), writer);
      return true;
    case Id::kTimescaleProperties:
      writer.U8(time_flags & wire::kPtpTimescale);
      writer.U8(clock.time_properties.time_source);
      return true;
    case Id::kPathTraceList:
      for (const wire::ClockIdentity& identity : clock.path_trace) writer.Clock(identity);
      return true;
    case Id::kPathTraceEnable:
      WriteOctet(clock.path_trace_enabled ? 1 : 0, writer);
      return true;
    case Id::kAcceptableMasterTable:
      WriteAcceptableMasters(clock.acceptable_masters, writer);
      return true;
    case Id::kAcceptableMasterMaxTableSize:
      writer.U16(kMaxAcceptableMasters);
      return true;
    case Id::kExternalPortConfigurationEnabled:
      WriteOctet(0, writer);
      return true;
    default:
      return false;
  }
}

}  // namespace ptpcore::management
