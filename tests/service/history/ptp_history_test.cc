#include "service/history/ptp_history.h"

#include "gtest/gtest.h"
#include "seconds.h"

namespace hostctl::history {
namespace {

constexpr int64_t kStart = 1'700'006'400;  // midnight
static_assert(kStart % 86400 == 0);

TEST(PtpHistory, TellsTheLastHourTheQuartersAndTheDays) {
  PtpHistory history;
  EXPECT_EQ(history.newest(), 0U);
  for (int i = 0; i < 5000; ++i) {
    history.Add(Second(static_cast<uint64_t>(100 + i), kStart + i, i));
  }
  EXPECT_EQ(history.newest(), 5099U);
  const v1::PtpHistory all = history.Get({});
  ASSERT_EQ(all.seconds_size(), 3600);
  EXPECT_EQ(all.seconds(0).number(), 1500U);
  EXPECT_EQ(all.seconds(3599).number(), 5099U);
  ASSERT_EQ(all.quarter_hours_size(), 6);
  EXPECT_EQ(all.quarter_hours(0).start_time().seconds(), kStart + 4500);
  EXPECT_TRUE(all.quarter_hours(5).period_complete());
  ASSERT_EQ(all.days_size(), 1);
  EXPECT_EQ(all.days(0).values().offset_from_master_ns().samples(), 5000U);
}

TEST(PtpHistory, TellsOnlyWhatIsAskedFor) {
  PtpHistory history;
  for (int i = 0; i < 2000; ++i) {
    history.Add(Second(static_cast<uint64_t>(100 + i), kStart + i, i));
  }
  v1::GetPtpHistoryRequest request;
  request.add_periods(v1::HISTORY_PERIOD_SECOND);
  request.set_last(3);
  const v1::PtpHistory seconds = history.Get(request);
  ASSERT_EQ(seconds.seconds_size(), 3);
  EXPECT_EQ(seconds.seconds(0).number(), 2097U);
  EXPECT_EQ(seconds.quarter_hours_size(), 0);
  EXPECT_EQ(seconds.days_size(), 0);
}

TEST(PtpHistory, ASecondCountsOnce) {
  PtpHistory history;
  history.Add(Second(100, kStart, 5));
  history.Add(Second(100, kStart, 5));
  history.Add(Second(99, kStart - 1, 5));
  EXPECT_EQ(history.Get({}).seconds_size(), 1);
  EXPECT_EQ(history.Get({}).days(0).seconds_observed(), 1U);
}

TEST(PtpHistory, StaysWithinItsMemory) {
  PtpHistory history;
  for (int i = 0; i < 4000; ++i) {
    v1::PtpSecond second = Second(static_cast<uint64_t>(100 + i), kStart + i, i);
    v1::MeasuredValues& values = *second.mutable_values();
    *values.mutable_mean_path_delay_ns() = values.offset_from_master_ns();
    *values.mutable_master_slave_delay_ns() = values.offset_from_master_ns();
    *values.mutable_slave_master_delay_ns() = values.offset_from_master_ns();
    *values.mutable_frequency_correction_ppb() = values.offset_from_master_ns();
    history.Add(second);
  }
  EXPECT_LT(history.Get({}).SpaceUsedLong(), 2'500'000U);
}

}  // namespace
}  // namespace hostctl::history
