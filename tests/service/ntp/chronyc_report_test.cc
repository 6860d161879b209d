// What chronyc prints: answers of Debian's chrony 4.3, as it gave them.
#include "service/ntp/chronyc_report.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::ntp {
namespace {

using ::testing::HasSubstr;

// One server that answers, one that does not, one whose name is not known.
constexpr char kSynchronized[] =
    "C0000201,192.0.2.1,4,1795382089.514509277,-0.000003190,0.000000105,0.000002719,-0.123,0.002,"
    "0.448,0.000012720,0.000001877,1.0,Normal\n"
    "^,*,192.0.2.1,3,0,377,1,0.000000156,0.000000261,0.000006412\n"
    "^,?,192.0.2.77,0,7,0,4294967295,0.000000000,0.000000000,0.000000000\n"
    "^,?,ID#0000000001,0,6,0,4294967295,0.000000000,0.000000000,0.000000000\n";
constexpr char kNothingHeard[] =
    "00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,"
    "1.000000000,0.0,Not synchronised\n"
    "^,?,192.0.2.77,0,6,0,4294967295,0.000000000,0.000000000,0.000000000\n";

TEST(ChronycReportTest, ASynchronizedClockWithItsSources) {
  const auto stats = ParseChronycReport(kSynchronized);
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_TRUE(stats->synchronized());
  EXPECT_EQ(stats->reference(), "192.0.2.1");
  EXPECT_EQ(stats->stratum(), 4u);
  // `0.000003190 seconds fast of NTP time`, as chronyc says it to people.
  EXPECT_DOUBLE_EQ(stats->offset_ns(), 3190);
  EXPECT_DOUBLE_EQ(stats->last_offset_ns(), 105);
  EXPECT_DOUBLE_EQ(stats->rms_offset_ns(), 2719);
  EXPECT_DOUBLE_EQ(stats->frequency_ppb(), -123);
  EXPECT_DOUBLE_EQ(stats->skew_ppb(), 448);
  EXPECT_DOUBLE_EQ(stats->root_delay_ns(), 12720);
  EXPECT_DOUBLE_EQ(stats->root_dispersion_ns(), 1877);
  EXPECT_DOUBLE_EQ(stats->maximum_error_ns(), 6360 + 1877 + 3190);
  EXPECT_DOUBLE_EQ(stats->update_interval_s(), 1);
  EXPECT_EQ(stats->leap_status(), "Normal");
  EXPECT_EQ(stats->reference_time().seconds(), 1795382089);
  EXPECT_NEAR(stats->reference_time().nanos(), 514509277, 1000);

  ASSERT_EQ(stats->sources_size(), 3);
  const v1::NtpSource& good = stats->sources(0);
  EXPECT_EQ(good.address(), "192.0.2.1");
  EXPECT_EQ(good.state(), v1::NTP_SOURCE_STATE_SELECTED);
  EXPECT_EQ(good.stratum(), 3u);
  EXPECT_EQ(good.poll(), 0);
  EXPECT_EQ(good.reach(), 0377u);
  EXPECT_EQ(good.last_sample_age_s(), 1);
  EXPECT_DOUBLE_EQ(good.offset_ns(), 156);
  EXPECT_DOUBLE_EQ(good.error_bound_ns(), 6412);
  EXPECT_EQ(stats->sources(1).state(), v1::NTP_SOURCE_STATE_UNUSABLE);
  EXPECT_FALSE(stats->sources(1).has_last_sample_age_s());
  EXPECT_EQ(stats->sources(2).address(), "ID#0000000001");
}

TEST(ChronycReportTest, AClockThatHasHeardNobody) {
  const auto stats = ParseChronycReport(kNothingHeard);
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_FALSE(stats->synchronized());
  EXPECT_EQ(stats->reference(), "");
  EXPECT_EQ(stats->leap_status(), "Not synchronised");
  EXPECT_FALSE(stats->has_reference_time());
  EXPECT_DOUBLE_EQ(stats->maximum_error_ns(), 1.5e9);
}

// `local` makes chronyd call its own clock a reference.
TEST(ChronycReportTest, TheLocalClockIsNoSource) {
  std::string text = kSynchronized;
  text.replace(0, std::string("C0000201,192.0.2.1").size(), "7F7F0101,");
  const auto stats = ParseChronycReport(text);
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_FALSE(stats->synchronized());
  EXPECT_EQ(stats->reference(), "");
}

TEST(ChronycReportTest, EveryStateOfASource) {
  const std::string head =
      std::string(kNothingHeard).substr(0, std::string(kNothingHeard).find('\n') + 1);
  const std::pair<const char*, v1::NtpSourceState> states[] = {
      {"*", v1::NTP_SOURCE_STATE_SELECTED},    {"+", v1::NTP_SOURCE_STATE_COMBINED},
      {"-", v1::NTP_SOURCE_STATE_UNSELECTED},  {"?", v1::NTP_SOURCE_STATE_UNUSABLE},
      {"x", v1::NTP_SOURCE_STATE_FALSETICKER}, {"~", v1::NTP_SOURCE_STATE_JITTERY}};
  for (const auto& [mark, state] : states) {
    const auto stats =
        ParseChronycReport(head + "^," + mark + ",192.0.2.1,3,-2,17,0,-0.5,0.0,0.25\n");
    ASSERT_TRUE(stats.ok()) << stats.status();
    EXPECT_EQ(stats->sources(0).state(), state) << mark;
    EXPECT_EQ(stats->sources(0).poll(), -2);
    EXPECT_DOUBLE_EQ(stats->sources(0).offset_ns(), -5e8);
  }
}

// `ntpdata`: one server that answers, one that does not.
TEST(ChronycReportTest, WhatServersHaveAnswered) {
  const auto answers = ParseNtpData(
      "192.0.2.1,C0000201,123,192.0.2.2,C0000202,Normal,4,Server,3,0,1,-25,0.000000030,0.000000,"
      "0.000000,7F7F0101,,1795382080.312340381,-0.000000261,0.000012720,0.000000052,0.000076074,"
      "0.00,111,111,1111,No,No,Kernel,Kernel,11,11,11,10\n"
      "192.0.2.77,C000024D,123,[UNSPEC],00000000,Normal,0,Invalid,0,0,1,0,1.000000000,0.000000,"
      "0.000000,00000000,,0.000000000,0.000000000,0.000000000,0.000000000,0.000000000,0.00,000,"
      "000,0000,No,No,Invalid,Invalid,5,0,0,0\n");
  ASSERT_TRUE(answers.ok()) << answers.status();
  ASSERT_EQ(answers->size(), 2u);
  const NtpAnswers& good = (*answers)[0];
  EXPECT_EQ(good.address, "192.0.2.1");
  EXPECT_EQ(good.leap_status, "Normal");
  EXPECT_EQ(good.stratum, 3u);
  EXPECT_DOUBLE_EQ(good.delay_ns, 12720);
  EXPECT_EQ(good.sent, 11u);
  EXPECT_EQ(good.received, 11u);
  EXPECT_EQ(good.good, 10u);
  EXPECT_EQ((*answers)[1].sent, 5u);
  EXPECT_EQ((*answers)[1].received, 0u);
  EXPECT_TRUE(ParseNtpData("")->empty());
  EXPECT_THAT(std::string(ParseNtpData("513 Not authorised\n").status().message()),
              HasSubstr("not what was asked for"));
}

TEST(ChronycReportTest, WhatIsNotAsExpectedIsNamed) {
  const struct {
    const char* text;
    const char* said;
  } cases[] = {
      {"", "printed nothing"},
      {"506 Cannot talk to daemon\n", "not what was asked for"},
      {"^,*,192.0.2.1,3,0,377,1,0.0,0.0,0.0\n", "not what was asked for"},
      {"C0000201,192.0.2.1,four,1.0,0,0,0,0,0,0,0,0,1.0,Normal\n", "'four' as field 3"},
      {"C0000201,192.0.2.1,4,1.0,nan,0,0,0,0,0,0,0,1.0,Normal\n", "'nan' as field 5"},
      {"C0000201,192.0.2.1,4,1e30,0,0,0,0,0,0,0,0,1.0,Normal\n", "'1e30' as field 4"},
      {"C0000201,192.0.2.1,4,1.0,0,0,0,0,0,0,0,0,1.0,Norm\xff\n", "no text"},
  };
  for (const auto& one : cases) {
    const auto stats = ParseChronycReport(one.text);
    ASSERT_FALSE(stats.ok()) << one.text;
    EXPECT_THAT(std::string(stats.status().message()), HasSubstr(one.said));
  }
  const std::string bad_source = std::string(kNothingHeard) + "^,*,192.0.2.1,3,0,378,1,0,0,0\n";
  EXPECT_THAT(std::string(ParseChronycReport(bad_source).status().message()),
              HasSubstr("'378' as field 6"));
}

}  // namespace
}  // namespace hostctl::ntp
