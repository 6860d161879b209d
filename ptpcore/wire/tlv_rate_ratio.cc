#include "ptpcore/wire/tlv_rate_ratio.h"

namespace ptpcore::wire {

std::optional<CumulativeRateRatio> CumulativeRateRatio::Read(Reader& reader) {
  return CumulativeRateRatio{static_cast<int32_t>(reader.U32())};
}
void CumulativeRateRatio::Write(Writer& writer) const {
  writer.U32(static_cast<uint32_t>(scaled_cumulative_rate_ratio));
}

}  // namespace ptpcore::wire
