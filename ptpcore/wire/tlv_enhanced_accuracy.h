// ENHANCED_ACCURACY_METRICS: IEEE 1588-2019 16.12.4. Behind an Announce message: how inexact the
// time can be after the way to the receiver, as every clock on it estimates its share.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

// The greatest error, and the variance of the error in square seconds.
struct AccuracyMetric {
  TimeInterval maximum;
  double variance_s2 = 0;
};

struct EnhancedAccuracyMetrics {
  static constexpr TlvType kType = TlvType::kEnhancedAccuracyMetrics;

  uint8_t boundary_clock_hops = 0;
  uint8_t transparent_clock_hops = 0;
  AccuracyMetric grandmaster;
  AccuracyMetric transient;
  AccuracyMetric dynamic;
  AccuracyMetric static_instance;
  AccuracyMetric static_medium;

  static std::optional<EnhancedAccuracyMetrics> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
