// A list of leap seconds: any text is either refused with a reason, or gives a list
// that answers for all times, whose offsets move by one, and only at midnights.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ptpcore/protocol/leap_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using ptpcore::protocol::LeapTable;
  constexpr int64_t kSecond = 1'000'000'000;
  const auto list = LeapTable::Parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!list.ok()) {
    if (list.status().message().empty()) std::abort();
    return 0;
  }
  for (const LeapTable::Entry& entry : list->entries()) {
    if (entry.from_utc_s > INT64_MAX / kSecond || entry.from_utc_s < INT64_MIN / kSecond) continue;
    const int64_t midnight_ns = entry.from_utc_s * kSecond;
    const bool known = entry.from_utc_s < list->expires_utc_s();
    const auto offset = list->TaiMinusUtcS(midnight_ns);
    if (known != offset.has_value() || (known && *offset != entry.tai_minus_utc_s)) std::abort();
    const auto leap = list->LeapAtEndOfDay(midnight_ns);
    if (leap && (*leap < -1 || *leap > 1)) std::abort();
  }
  list->LeapAtEndOfDay(INT64_MAX);
  list->LeapAtEndOfDay(INT64_MIN);
  return 0;
}
