// The IERS' list of leap seconds (leap-seconds.list, as tzdata installs it): when
// TAI - UTC changed, and until when the list is known to be whole. Pure: text in,
// answers out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace ptpcore::protocol {

class LeapTable {
 public:
  // From this instant of UTC on, TAI - UTC is `tai_minus_utc_s`.
  struct Entry {
    int64_t from_utc_s = 0;  // since 1970, always a midnight
    int tai_minus_utc_s = 0;
  };

  // Reads the text of a list. INVALID_ARGUMENT names the line and what is wrong with
  // it: a list is used whole or not at all.
  static absl::StatusOr<LeapTable> Parse(const std::string& text);

  // TAI - UTC at an instant of UTC; absent before the first entry (1972), and past the
  // day the list expires.
  std::optional<int> TaiMinusUtcS(int64_t utc_ns) const;

  // What happens at the end of the UTC day in which `utc_ns` lies: +1 a second is
  // inserted, -1 one is left out, 0 nothing; absent where the list does not know.
  std::optional<int> LeapAtEndOfDay(int64_t utc_ns) const;

  int64_t expires_utc_s() const { return expires_utc_s_; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;  // ascending, at least one
  int64_t expires_utc_s_ = 0;
};

}  // namespace ptpcore::protocol
