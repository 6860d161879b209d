#include "ptpcore/stats/running_window.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace ptpcore::stats {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(MomentsTest, MeanAndDeviationOfASample) {
  Moments moments;
  for (double value : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) moments.Add(value);
  EXPECT_EQ(moments.count(), 8U);
  EXPECT_DOUBLE_EQ(moments.mean(), 5.0);
  EXPECT_DOUBLE_EQ(moments.std_dev(), std::sqrt(32.0 / 7.0));
  EXPECT_EQ(moments.minimum(), 2.0);
  EXPECT_EQ(moments.maximum(), 9.0);
}

TEST(MomentsTest, FewerThanTwoValuesDoNotDeviate) {
  Moments moments;
  EXPECT_EQ(moments.mean(), 0.0);
  EXPECT_EQ(moments.std_dev(), 0.0);
  moments.Add(7.0);
  EXPECT_EQ(moments.mean(), 7.0);
  EXPECT_EQ(moments.std_dev(), 0.0);
}

// Offsets of nanoseconds on top of half a second: a naive sum of squares fails here.
TEST(MomentsTest, SmallDeviationsOfLargeValuesAreKept) {
  Moments moments;
  for (int i = 0; i < 1000; ++i) moments.Add(5e14 + (i % 2 == 0 ? 1.0 : -1.0));
  EXPECT_NEAR(moments.mean(), 5e14, 0.1);
  EXPECT_NEAR(moments.std_dev(), std::sqrt(1000.0 / 999.0), 0.01);
}

TEST(MomentsTest, MergingIsAddingAll) {
  Moments left;
  Moments right;
  Moments all;
  for (int i = 0; i < 10; ++i) {
    const double value = i * i - 20.0;
    (i < 3 ? left : right).Add(value);
    all.Add(value);
  }
  left.Merge(right);
  EXPECT_EQ(left.count(), 10U);
  EXPECT_DOUBLE_EQ(left.mean(), all.mean());
  EXPECT_DOUBLE_EQ(left.std_dev(), all.std_dev());
  EXPECT_EQ(left.minimum(), -20.0);
  EXPECT_EQ(left.maximum(), 61.0);

  Moments empty;
  empty.Merge(all);
  EXPECT_EQ(empty.minimum(), -20.0);
  EXPECT_EQ(empty.maximum(), 61.0);
  EXPECT_DOUBLE_EQ(empty.mean(), all.mean());
  EXPECT_DOUBLE_EQ(empty.std_dev(), all.std_dev());
  empty.Merge(Moments());
  EXPECT_EQ(empty.count(), 10U);
}

TEST(RunningWindowTest, KnowsTheLastValueAndTheRecentPast) {
  RunningWindow window;
  window.Add(1.0, 5 * kSecond);
  window.Add(3.0, 6 * kSecond);
  EXPECT_EQ(window.last(), 3.0);
  EXPECT_EQ(window.Recent().count(), 2U);
  EXPECT_EQ(window.Recent().mean(), 2.0);
}

TEST(RunningWindowTest, CoversThirtyToSixtySeconds) {
  RunningWindow window;
  for (int s = 0; s < 300; ++s) {
    window.Add(s, s * kSecond);
    const auto count = static_cast<int>(window.Recent().count());
    EXPECT_LE(count, 60) << s;
    EXPECT_GE(count, s < 30 ? s + 1 : 31) << s;
    // The newest values are all in it.
    EXPECT_DOUBLE_EQ(window.Recent().mean(), s - (count - 1) / 2.0) << s;
  }
}

TEST(RunningWindowTest, ASilenceForgetsWhatWasBefore) {
  RunningWindow window;
  window.Add(1000.0, 0);
  window.Add(1000.0, 20 * kSecond);
  window.Add(1.0, 90 * kSecond);
  EXPECT_EQ(window.Recent().count(), 1U);
  EXPECT_EQ(window.Recent().mean(), 1.0);
}

TEST(RunningWindowTest, WhatIsNoNumberIsIgnored) {
  RunningWindow window;
  window.Add(1.0, 0);
  window.Add(std::numeric_limits<double>::quiet_NaN(), kSecond);
  window.Add(std::numeric_limits<double>::infinity(), kSecond);
  EXPECT_EQ(window.last(), 1.0);
  EXPECT_EQ(window.Recent().count(), 1U);
}

TEST(RunningWindowTest, ClearForgetsAll) {
  RunningWindow window;
  window.Add(1.0, 0);
  window.Clear();
  EXPECT_EQ(window.last(), 0.0);
  EXPECT_EQ(window.Recent().count(), 0U);
}

}  // namespace
}  // namespace ptpcore::stats
