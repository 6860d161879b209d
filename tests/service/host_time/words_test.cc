#include "service/host_time/words.h"

#include "gtest/gtest.h"

namespace hostctl::host_time {
namespace {

TEST(InWords, HasTwoUnitsAtMost) {
  EXPECT_EQ(InWords(absl::Seconds(12)), "12 s");
  EXPECT_EQ(InWords(absl::Minutes(5)), "5 min");
  EXPECT_EQ(InWords(absl::Seconds(61)), "1 min 1 s");
  EXPECT_EQ(InWords(absl::Minutes(90)), "1 h 30 min");
  EXPECT_EQ(InWords(absl::Hours(51)), "2 d 3 h");
}

TEST(InWords, RoundsAndIsNeverNegative) {
  EXPECT_EQ(InWords(absl::Milliseconds(400)), "0 s");
  EXPECT_EQ(InWords(absl::Milliseconds(59600)), "1 min");
  EXPECT_EQ(InWords(absl::Seconds(-3)), "0 s");
}

TEST(SpanInWords, HasThreeDigitsInTheUnitThatSuits) {
  EXPECT_EQ(SpanInWords(850), "850 ns");
  EXPECT_EQ(SpanInWords(12400), "12.4 us");
  EXPECT_EQ(SpanInWords(999'600), "1.00 ms");
  EXPECT_EQ(SpanInWords(5e8), "500 ms");
  EXPECT_EQ(SpanInWords(-1.5e9), "-1.50 s");
  EXPECT_EQ(SpanInWords(0.2), "0 ns");
}

}  // namespace
}  // namespace hostctl::host_time
