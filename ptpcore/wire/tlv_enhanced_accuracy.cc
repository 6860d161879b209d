#include "ptpcore/wire/tlv_enhanced_accuracy.h"

#include <cstring>

namespace ptpcore::wire {
namespace {

static_assert(sizeof(double) == sizeof(uint64_t));  // Float64, 5.2: IEEE 754 binary64

AccuracyMetric ReadMetric(Reader& reader) {
  AccuracyMetric metric;
  metric.maximum = reader.Interval();
  const uint64_t bits = reader.U64();
  std::memcpy(&metric.variance_s2, &bits, sizeof bits);
  return metric;
}
void WriteMetric(const AccuracyMetric& metric, Writer& writer) {
  writer.Interval(metric.maximum);
  uint64_t bits = 0;
  std::memcpy(&bits, &metric.variance_s2, sizeof bits);
  writer.U64(bits);
}

}  // namespace

std::optional<EnhancedAccuracyMetrics> EnhancedAccuracyMetrics::Read(Reader& reader) {
  EnhancedAccuracyMetrics tlv;
  tlv.boundary_clock_hops = reader.U8();
  tlv.transparent_clock_hops = reader.U8();
  reader.U16();  // reserved
  tlv.grandmaster = ReadMetric(reader);
  tlv.transient = ReadMetric(reader);
  tlv.dynamic = ReadMetric(reader);
  tlv.static_instance = ReadMetric(reader);
  tlv.static_medium = ReadMetric(reader);
  return tlv;
}
void EnhancedAccuracyMetrics::Write(Writer& writer) const {
  writer.U8(boundary_clock_hops);
  writer.U8(transparent_clock_hops);
  writer.U16(0);
  WriteMetric(grandmaster, writer);
  WriteMetric(transient, writer);
  WriteMetric(dynamic, writer);
  WriteMetric(static_instance, writer);
  WriteMetric(static_medium, writer);
}

}  // namespace ptpcore::wire
