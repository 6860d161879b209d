#include "cli/time_text.h"

#include <limits>

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

constexpr int64_t kCapture = 1623949795;  // 2021-06-17 17:09:55 UTC

TEST(TimeText, IsUtcInBothForms) {
  EXPECT_EQ(CalendarText(kCapture), "Thu Jun 17 17:09:55 UTC 2021");
  EXPECT_EQ(Rfc3339Text(kCapture, 780497000), "2021-06-17T17:09:55.780497000Z");
  EXPECT_EQ(Rfc3339Text(0, 0), "1970-01-01T00:00:00.000000000Z");
}

TEST(TimeText, IsABareNumberPastTheCalendar) {
  EXPECT_EQ(CalendarText(std::numeric_limits<int64_t>::max()), "9223372036854775807");
}

}  // namespace
}  // namespace hostctl::cli
