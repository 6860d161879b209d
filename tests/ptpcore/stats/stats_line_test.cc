#include "ptpcore/stats/stats_line.h"

#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "gtest/gtest.h"

namespace ptpcore::stats {
namespace {

// The line of a real ptpd, to the character.
TEST(FormatStatsLineTest, IsThatOfPtpd) {
  StatsLine line;
  line.time_ns = 1'623'949'795'780'497'000;
  line.state = "slv";
  line.clock_id = "000c29fffe1ddaab(unknown)/1";
  line.one_way_delay_ns = 158'176;
  line.offset_ns = -197'176'563;
  line.slave_to_master_ns = 197'339'595;
  line.master_to_slave_ns = -196'736'833;
  line.observed_drift_ppb = -500'000;
  line.last_packet = 'D';
  line.sequence_id = 6462;
  line.one_way_delay_mean_ns = 156'068;
  line.one_way_delay_std_dev_ns = 2646;
  line.offset_mean_ns = -202'338'727;
  line.offset_std_dev_ns = 1'502'252;
  line.observed_drift_mean_ppb = -500'000;
  line.observed_drift_std_dev_ppb = 0;
  line.raw_master_to_slave_ns = -196'736'833;
  line.raw_slave_to_master_ns = 197'339'595;
  EXPECT_EQ(FormatStatsLine(line),
            "2021-06-17 17:09:55.780497, slv, 000c29fffe1ddaab(unknown)/1,  0.000158176, "
            "-0.197176563,  0.197339595, -0.196736833, -500000.000000000, D, 06462, 0.000156068, "
            "2646, -0.202338727, 1502252, -500000, 0, -0.196736833,  0.197339595\n");
}

TEST(FormatStatsLineTest, ALineOfZerosHasTheWidthsOfTheHeader) {
  EXPECT_EQ(FormatStatsLine(StatsLine()),
            "1970-01-01 00:00:00.000000, , ,  0.000000000,  0.000000000,  0.000000000,  "
            "0.000000000,  0.000000000,  , 00000, 0.000000000, 0, 0.000000000, 0, 0, 0,  "
            "0.000000000,  0.000000000\n");
}

TEST(FormatStatsLineTest, TimesBefore1970AndTheLargestSequenceAreWritten) {
  StatsLine line;
  line.time_ns = -1'000;
  line.sequence_id = 65535;
  const std::string text = FormatStatsLine(line);
  EXPECT_EQ(text.substr(0, 26), "1969-12-31 23:59:59.999999");
  EXPECT_NE(text.find(", 65535, "), std::string::npos);
}

// Against the C library, over leap years, month ends and both ends of 64 bits.
TEST(FormatStatsLineTest, EveryTimeIsThatOfTheCalendar) {
  const auto expect_calendar = [](int64_t time_ns) {
    StatsLine line;
    line.time_ns = time_ns;
    const time_t seconds = time_ns / 1'000'000'000 - (time_ns % 1'000'000'000 < 0 ? 1 : 0);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[32];
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &utc);
    EXPECT_EQ(FormatStatsLine(line).substr(0, 19), text) << time_ns;
  };
  constexpr int64_t kDay = 86'400'000'000'000;
  for (int64_t day = -106'000; day <= 106'000; ++day) expect_calendar(day * kDay + day % 86'400);
  expect_calendar(std::numeric_limits<int64_t>::min());
  expect_calendar(std::numeric_limits<int64_t>::max());
}

// Against printf, over all sizes of number.
TEST(FormatStatsLineTest, NumbersAreThoseOfPrintf) {
  for (double ns = 1; ns < 9e18; ns *= 3.7) {
    for (const double value : {std::round(ns), -std::round(ns)}) {
      StatsLine line;
      line.offset_ns = value;
      line.offset_std_dev_ns = value;
      char seconds[64];
      char whole[64];
      const auto exact = static_cast<long long>(value);
      std::snprintf(seconds, sizeof(seconds), ", %c%lld.%09lld, ", value < 0 ? '-' : ' ',
                    std::abs(exact) / 1'000'000'000, std::abs(exact) % 1'000'000'000);
      std::snprintf(whole, sizeof(whole), ", %.0f, ", value);
      const std::string text = FormatStatsLine(line);
      EXPECT_NE(text.find(seconds), std::string::npos) << text << seconds;
      EXPECT_NE(text.find(whole), std::string::npos) << text << whole;
    }
  }
}

TEST(FormatStatsLineTest, ANumberThatIsNoneIsWrittenAsSuch) {
  StatsLine line;
  line.offset_ns = std::numeric_limits<double>::infinity();
  line.offset_mean_ns = std::numeric_limits<double>::quiet_NaN();
  line.offset_std_dev_ns = std::numeric_limits<double>::infinity();
  const std::string text = FormatStatsLine(line);
  EXPECT_NE(text.find(",  inf, "), std::string::npos) << text;
  EXPECT_NE(text.find(", nan, inf, "), std::string::npos) << text;
}

TEST(FormatStatsLineTest, WhatIsLessThanHalfANanosecondIsZeroWithoutASign) {
  StatsLine line;
  line.offset_ns = -0.4;
  line.one_way_delay_ns = 0.6;
  EXPECT_NE(FormatStatsLine(line).find(",  0.000000001,  0.000000000, "), std::string::npos);
}

TEST(StatsHeaderTest, IsThatOfPtpdAndNamesEveryColumn) {
  EXPECT_EQ(StatsHeader(),
            "# Timestamp, State, Clock ID, One Way Delay, Offset From Master, Slave to Master, "
            "Master to Slave, Observed Drift, Last packet Received, Sequence ID, One Way Delay "
            "Mean, One Way Delay Std Dev, Offset From Master Mean, Offset From Master Std Dev, "
            "Observed Drift Mean, Observed Drift Std Dev, raw delayMS, raw delaySM\n");
  const std::string header = StatsHeader();
  const std::string line = FormatStatsLine(StatsLine());
  EXPECT_EQ(std::count(header.begin(), header.end(), ','), 17);
  EXPECT_EQ(std::count(line.begin(), line.end(), ','), 17);
}

}  // namespace
}  // namespace ptpcore::stats
