// CUMULATIVE_RATE_RATIO: IEEE 1588-2019 16.10. Behind a Sync or Follow_Up: the rate of the
// grandmaster against that of the sender.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::wire {

struct CumulativeRateRatio {
  static constexpr TlvType kType = TlvType::kCumulativeRateRatio;

  int32_t scaled_cumulative_rate_ratio = 0;  // (ratio - 1) * 2^41

  static std::optional<CumulativeRateRatio> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
