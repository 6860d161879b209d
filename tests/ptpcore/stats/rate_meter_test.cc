#include "ptpcore/stats/rate_meter.h"

#include "gtest/gtest.h"

namespace ptpcore::stats {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(RateMeterTest, CountsPerSecond) {
  RateMeter meter;
  for (uint64_t s = 1; s <= 20; ++s) meter.Update(3 * s, static_cast<int64_t>(s) * kSecond);
  EXPECT_DOUBLE_EQ(meter.rate_hz(), 3.0);
}

TEST(RateMeterTest, IsZeroUntilAPeriodIsOver) {
  RateMeter meter;
  meter.Update(100, kSecond);
  EXPECT_EQ(meter.rate_hz(), 0.0);
  meter.Update(108, 5 * kSecond - 1);
  EXPECT_EQ(meter.rate_hz(), 0.0);
  meter.Update(108, 5 * kSecond);
  EXPECT_DOUBLE_EQ(meter.rate_hz(), 2.0);
}

TEST(RateMeterTest, FallsToZeroWhenNothingComesAnyMore) {
  RateMeter meter;
  meter.Update(0, kSecond);
  meter.Update(40, 5 * kSecond);
  EXPECT_DOUBLE_EQ(meter.rate_hz(), 10.0);
  meter.Update(40, 9 * kSecond);
  EXPECT_EQ(meter.rate_hz(), 0.0);
}

TEST(RateMeterTest, ACounterThatStartsOverIsNoNegativeRate) {
  RateMeter meter;
  meter.Update(1000, kSecond);
  meter.Update(1040, 5 * kSecond);
  meter.Update(3, 9 * kSecond);
  EXPECT_DOUBLE_EQ(meter.rate_hz(), 10.0);
  meter.Update(7, 13 * kSecond);
  EXPECT_DOUBLE_EQ(meter.rate_hz(), 1.0);
}

}  // namespace
}  // namespace ptpcore::stats
