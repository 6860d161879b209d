#include "ptpcore/wire/tlv_slave_monitoring.h"

namespace ptpcore::wire {
namespace {

using TimingRecord = SlaveRxSyncTimingData::Record;
using ComputedRecord = SlaveRxSyncComputedData::Record;
using TransmitRecord = SlaveTxEventTimestamps::Record;

constexpr uint8_t kRateRatioValid = 1 << 0;
constexpr uint8_t kMeanPathDelayValid = 1 << 1;
constexpr uint8_t kOffsetFromMasterValid = 1 << 2;

void Read(Reader& reader, TimingRecord& record) {
  record.sequence_id = reader.U16();
  record.sync_origin = reader.Time();
  record.total_correction = reader.Interval();
  record.scaled_cumulative_rate_offset = static_cast<int32_t>(reader.U32());
  record.sync_event_ingress = reader.Time();
}
void Write(const TimingRecord& record, Writer& writer) {
  writer.U16(record.sequence_id);
  writer.Time(record.sync_origin);
  writer.Interval(record.total_correction);
  writer.U32(static_cast<uint32_t>(record.scaled_cumulative_rate_offset));
  writer.Time(record.sync_event_ingress);
}

void Read(Reader& reader, ComputedRecord& record) {
  record.sequence_id = reader.U16();
  record.offset_from_master = reader.Interval();
  record.mean_path_delay = reader.Interval();
  record.scaled_neighbor_rate_ratio = static_cast<int32_t>(reader.U32());
}
void Write(const ComputedRecord& record, Writer& writer) {
  writer.U16(record.sequence_id);
  writer.Interval(record.offset_from_master);
  writer.Interval(record.mean_path_delay);
  writer.U32(static_cast<uint32_t>(record.scaled_neighbor_rate_ratio));
}

void Read(Reader& reader, TransmitRecord& record) {
  record.sequence_id = reader.U16();
  record.event_egress = reader.Time();
}
void Write(const TransmitRecord& record, Writer& writer) {
  writer.U16(record.sequence_id);
  writer.Time(record.event_egress);
}

template <typename Record>
size_t SizeOf() {
  Writer measure({});
  Write(Record{}, measure);
  return measure.size();
}

// The records that fill the rest; false where the last is not whole.
template <typename Record>
bool ReadAll(Reader& reader, std::vector<Record>& records) {
  if (reader.remaining() % SizeOf<Record>() != 0) return false;
  records.resize(reader.remaining() / SizeOf<Record>());
  for (Record& record : records) Read(reader, record);
  return true;
}

template <typename Record>
void WriteAll(const std::vector<Record>& records, Writer& writer) {
  for (const Record& record : records) Write(record, writer);
}

}  // namespace

std::optional<SlaveRxSyncTimingData> SlaveRxSyncTimingData::Read(Reader& reader) {
  SlaveRxSyncTimingData tlv;
  tlv.sync_source = reader.Port();
  if (!ReadAll(reader, tlv.records)) return std::nullopt;
  return tlv;
}
void SlaveRxSyncTimingData::Write(Writer& writer) const {
  writer.Port(sync_source);
  WriteAll(records, writer);
}

std::optional<SlaveRxSyncComputedData> SlaveRxSyncComputedData::Read(Reader& reader) {
  SlaveRxSyncComputedData tlv;
  tlv.sync_source = reader.Port();
  const uint8_t flags = reader.U8();
  tlv.scaled_neighbor_rate_ratio_valid = (flags & kRateRatioValid) != 0;
  tlv.mean_path_delay_valid = (flags & kMeanPathDelayValid) != 0;
  tlv.offset_from_master_valid = (flags & kOffsetFromMasterValid) != 0;
  reader.U8();  // reserved
  if (!ReadAll(reader, tlv.records)) return std::nullopt;
  return tlv;
}
void SlaveRxSyncComputedData::Write(Writer& writer) const {
  writer.Port(sync_source);
  uint8_t flags = 0;
  if (scaled_neighbor_rate_ratio_valid) flags |= kRateRatioValid;
  if (mean_path_delay_valid) flags |= kMeanPathDelayValid;
  if (offset_from_master_valid) flags |= kOffsetFromMasterValid;
  writer.U8(flags);
  writer.U8(0);
  WriteAll(records, writer);
}

std::optional<SlaveTxEventTimestamps> SlaveTxEventTimestamps::Read(Reader& reader) {
  SlaveTxEventTimestamps tlv;
  tlv.source = reader.Port();
  tlv.event_message_type = static_cast<MessageType>(reader.U8() & 0xF);
  reader.U8();  // reserved
  if (!ReadAll(reader, tlv.records)) return std::nullopt;
  return tlv;
}
void SlaveTxEventTimestamps::Write(Writer& writer) const {
  writer.Port(source);
  writer.U8(static_cast<uint8_t>(event_message_type) & 0xF);
  writer.U8(0);
  WriteAll(records, writer);
}

}  // namespace ptpcore::wire
