// The range of message intervals: log2 of seconds, as IEEE 1588-2019 7.7.2 has them.
// 2^-7 s to 2^4 s covers the profiles of ITU-T, SMPTE, AES and IEEE.
#pragma once

#include <cstdint>

namespace ptpcore::protocol {

inline constexpr int8_t kFastestLogInterval = -7;
inline constexpr int8_t kSlowestLogInterval = 4;

constexpr bool IsSaneLogInterval(int log_interval) {
  return log_interval >= kFastestLogInterval && log_interval <= kSlowestLogInterval;
}

}  // namespace ptpcore::protocol
