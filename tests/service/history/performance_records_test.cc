#include "service/history/performance_records.h"

#include "gtest/gtest.h"
#include "seconds.h"

namespace hostctl::history {
namespace {

constexpr int64_t kStart = 1'700'000'100;  // divisible by 900
static_assert(kStart % 900 == 0);

TEST(PerformanceRecords, SumUpAQuarterOfAnHour) {
  PerformanceRecords records(900, 97);
  for (int i = 0; i < 905; ++i) {
    records.Add(Second(static_cast<uint64_t>(1000 + i), kStart + i, i % 2 == 0 ? 10 : -20));
  }
  const auto newest = records.Newest(97);
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].index(), 0U);
  EXPECT_EQ(newest[0].start_time().seconds(), kStart + 900);
  EXPECT_EQ(newest[0].seconds_observed(), 5U);
  EXPECT_FALSE(newest[0].period_complete()) << "it runs";

  EXPECT_EQ(newest[1].index(), 1U);
  EXPECT_EQ(newest[1].start_time().seconds(), kStart);
  EXPECT_EQ(newest[1].seconds_observed(), 900U);
  EXPECT_TRUE(newest[1].period_complete());
  EXPECT_TRUE(newest[1].measurement_valid());
  const v1::MeasuredValue& offset = newest[1].values().offset_from_master_ns();
  EXPECT_EQ(offset.samples(), 900U);
  EXPECT_EQ(offset.minimum(), -20);
  EXPECT_EQ(offset.maximum(), 10);
  EXPECT_NEAR(offset.mean(), -5, 1e-9);
  EXPECT_NEAR(offset.std_dev(), 15.008, 0.001);
}

TEST(PerformanceRecords, AMissingSecondMakesAPeriodIncomplete) {
  PerformanceRecords records(900, 97);
  for (int i = 0; i < 901; ++i) {
    if (i != 450) records.Add(Second(static_cast<uint64_t>(1000 + i), kStart + i, 1));
  }
  EXPECT_FALSE(records.Newest(97)[1].period_complete());
  EXPECT_EQ(records.Newest(97)[1].seconds_observed(), 899U);
}

TEST(PerformanceRecords, OneThatBeganLateIsIncomplete) {
  PerformanceRecords records(900, 97);
  for (int i = 5; i < 901; ++i) {
    records.Add(Second(static_cast<uint64_t>(1000 + i), kStart + i, 1));
  }
  EXPECT_FALSE(records.Newest(97)[1].period_complete());
}

TEST(PerformanceRecords, ASecondWithoutSynchronizationInvalidates) {
  PerformanceRecords records(900, 97);
  records.Add(Second(1, kStart, 1));
  EXPECT_TRUE(records.Newest(1)[0].measurement_valid());
  v1::PtpSecond free = Second(2, kStart + 1, 1);
  free.set_clock_state(v1::CLOCK_STATE_ACQUIRING);
  records.Add(free);
  records.Add(Second(3, kStart + 2, 1));
  EXPECT_FALSE(records.Newest(1)[0].measurement_valid());
}

TEST(PerformanceRecords, SecondsWithoutSamplesAreObservedButProveNothing) {
  PerformanceRecords records(900, 97);
  v1::PtpSecond silent;
  silent.set_number(7);
  silent.mutable_time()->set_seconds(kStart);
  silent.set_clock_state(v1::CLOCK_STATE_HOLDOVER);
  records.Add(silent);
  EXPECT_EQ(records.Newest(1)[0].seconds_observed(), 1U);
  EXPECT_FALSE(records.Newest(1)[0].measurement_valid());
}

TEST(PerformanceRecords, AStepOfTheClockBeginsARecordWhereItLands) {
  PerformanceRecords records(900, 97);
  records.Add(Second(1, 5, 1));
  records.Add(Second(2, kStart + 300, 1));
  records.Add(Second(3, 7, 1));
  const auto newest = records.Newest(97);
  ASSERT_EQ(newest.size(), 3U);
  EXPECT_EQ(newest[0].start_time().seconds(), 0);
  EXPECT_EQ(newest[1].start_time().seconds(), kStart);
  EXPECT_FALSE(newest[1].period_complete());
}

TEST(PerformanceRecords, KeepsAFixedNumber) {
  PerformanceRecords records(900, 97);
  for (int i = 0; i < 200; ++i) {
    records.Add(Second(static_cast<uint64_t>(1 + i * 900), kStart + i * 900, 1));
  }
  EXPECT_EQ(records.Newest(1000).size(), 97U);
  EXPECT_EQ(records.Newest(3).size(), 3U);
  EXPECT_EQ(records.Newest(3)[0].start_time().seconds(), kStart + 199 * 900);
}

TEST(PerformanceRecords, TimesBefore1970HaveTheirPeriodsToo) {
  PerformanceRecords records(900, 97);
  records.Add(Second(1, -1, 1));
  EXPECT_EQ(records.Newest(1)[0].start_time().seconds(), -900);
}

}  // namespace
}  // namespace hostctl::history
