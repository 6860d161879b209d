#include "ptpcore/stats/second_ring.h"

#include <limits>

#include "gtest/gtest.h"

namespace ptpcore::stats {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(SecondRing, SumsUpEachSecond) {
  SecondRing ring(100 * kSecond);
  ring.Add(Quantity::kOffsetFromMasterNs, 10, 100 * kSecond);
  ring.Add(Quantity::kOffsetFromMasterNs, -30, 101 * kSecond - 1);
  ring.Add(Quantity::kMeanPathDelayNs, 500, 100 * kSecond + 5);
  ring.Add(Quantity::kOffsetFromMasterNs, 7, 101 * kSecond);

  const auto seconds = ring.Since(99, 102 * kSecond);
  ASSERT_EQ(seconds.size(), 2U);
  EXPECT_EQ(seconds[0].number, 100);
  const Moments& offset = seconds[0].of(Quantity::kOffsetFromMasterNs);
  EXPECT_EQ(offset.count(), 2U);
  EXPECT_EQ(offset.minimum(), -30);
  EXPECT_EQ(offset.maximum(), 10);
  EXPECT_EQ(offset.mean(), -10);
  EXPECT_EQ(seconds[0].of(Quantity::kMeanPathDelayNs).mean(), 500);
  EXPECT_EQ(seconds[1].of(Quantity::kOffsetFromMasterNs).mean(), 7);
  EXPECT_EQ(seconds[1].of(Quantity::kMeanPathDelayNs).count(), 0U);
}

TEST(SecondRing, LeavesOutTheSecondThatRunsAndThoseKnown) {
  SecondRing ring(100 * kSecond);
  ring.Add(Quantity::kOffsetFromMasterNs, 1, 100 * kSecond);
  ring.Add(Quantity::kOffsetFromMasterNs, 2, 101 * kSecond);
  EXPECT_TRUE(ring.Since(99, 101 * kSecond - 1 - kSecond).empty());
  const auto seconds = ring.Since(99, 101 * kSecond + 5);
  ASSERT_EQ(seconds.size(), 1U);
  EXPECT_EQ(seconds[0].number, 100);
  EXPECT_TRUE(ring.Since(100, 101 * kSecond + 5).empty());
}

TEST(SecondRing, SecondsWithoutMeasurementsAreThereAndEmpty) {
  SecondRing ring(100 * kSecond);
  ring.Add(Quantity::kOffsetFromMasterNs, 1, 100 * kSecond);
  ring.Add(Quantity::kOffsetFromMasterNs, 2, 103 * kSecond);
  const auto seconds = ring.Since(99, 104 * kSecond);
  ASSERT_EQ(seconds.size(), 4U);
  EXPECT_EQ(seconds[1].number, 101);
  EXPECT_EQ(seconds[1].of(Quantity::kOffsetFromMasterNs).count(), 0U);
  EXPECT_EQ(seconds[3].of(Quantity::kOffsetFromMasterNs).mean(), 2);
}

TEST(SecondRing, ForgetsWhatIsOldAndNeverShowsItAsNew) {
  SecondRing ring(0);
  for (int64_t s = 0; s < 40; ++s) {
    ring.Add(Quantity::kOffsetFromMasterNs, static_cast<double>(s), s * kSecond);
  }
  const auto newest = ring.Since(0, 40 * kSecond);
  ASSERT_EQ(newest.size(), 15U);
  EXPECT_EQ(newest.front().number, 25);
  EXPECT_EQ(newest.front().of(Quantity::kOffsetFromMasterNs).mean(), 25);
  // Long silence: the places hold seconds of long ago.
  for (const MeasuredSecond& second : ring.Since(0, 1000 * kSecond)) {
    EXPECT_EQ(second.of(Quantity::kOffsetFromMasterNs).count(), 0U) << second.number;
  }
}

TEST(SecondRing, DoesNotTellOfTheTimeBeforeIt) {
  const SecondRing ring(100 * kSecond);
  EXPECT_TRUE(ring.Since(0, 100 * kSecond).empty());
  const auto seconds = ring.Since(0, 102 * kSecond);
  ASSERT_EQ(seconds.size(), 2U);
  EXPECT_EQ(seconds[0].number, 100);
}

TEST(SecondRing, IgnoresWhatIsNoNumber) {
  SecondRing ring(0);
  ring.Add(Quantity::kOffsetFromMasterNs, std::numeric_limits<double>::quiet_NaN(), 5 * kSecond);
  ring.Add(Quantity::kOffsetFromMasterNs, std::numeric_limits<double>::infinity(), 5 * kSecond);
  EXPECT_EQ(ring.Since(4, 6 * kSecond)[0].of(Quantity::kOffsetFromMasterNs).count(), 0U);
}

}  // namespace
}  // namespace ptpcore::stats
