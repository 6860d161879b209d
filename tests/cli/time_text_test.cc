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

TEST(SpanText, HasThreeDigitsAndTheUnitThatSuits) {
  EXPECT_EQ(SpanText(0), "0 ns");
  EXPECT_EQ(SpanText(4.3), "4 ns");
  EXPECT_EQ(SpanText(850), "850 ns");
  EXPECT_EQ(SpanText(2'066), "2.07 us");
  EXPECT_EQ(SpanText(12'440), "12.4 us");
  EXPECT_EQ(SpanText(83'000), "83.0 us");
  EXPECT_EQ(SpanText(500e6), "500 ms");
  EXPECT_EQ(SpanText(1.5e9), "1.50 s");
  EXPECT_EQ(SpanText(86'400e9), "86400 s");
  EXPECT_EQ(SpanText(-12'440), "-12.4 us");
}

TEST(SpanText, RoundsUpIntoTheNextUnit) {
  EXPECT_EQ(SpanText(999.4), "999 ns");
  EXPECT_EQ(SpanText(999.6), "1.00 us");
  EXPECT_EQ(SpanText(9'996), "10.0 us");
  EXPECT_EQ(SpanText(99'960), "100 us");
  EXPECT_EQ(SpanText(999'600), "1.00 ms");
}

}  // namespace
}  // namespace hostctl::cli
