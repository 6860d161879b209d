#include "ptpcore/protocol/leap_table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using ::testing::HasSubstr;

// The end of the IERS' list as tzdata of Debian 12 has it, and one leap second to come
// (1 January 2027), so that there is something to wait for.
constexpr char kList[] =
    "#\tATOMIC TIME\n"
    "#$\t 3960835200\n"
    "#@\t 4070908800\n"  // 1 January 2029
    "#\n"
    "3644697600      36      # 1 Jul 2015\n"
    "3692217600\t37\t# 1 Jan 2017\r\n"
    "4007750400      38      # 1 Jan 2027\n"
    "#h\t49db2447 571e5e1b 2f002a53 9c8da8e4 39b8e49e\n";

constexpr int64_t kNewYear2017 = 1'483'228'800 * kSecond;
constexpr int64_t kNewYear2027 = 1'798'761'600 * kSecond;
constexpr int64_t kNewYear2029 = 1'861'920'000 * kSecond;

TEST(LeapTable, TellsTaiMinusUtcAtAnyTime) {
  const LeapTable list = LeapTable::Parse(kList).value();
  EXPECT_EQ(list.TaiMinusUtcS(kNewYear2017 - 1), 36);
  EXPECT_EQ(list.TaiMinusUtcS(kNewYear2017), 37);
  EXPECT_EQ(list.TaiMinusUtcS(kNewYear2027 - 1), 37);
  EXPECT_EQ(list.TaiMinusUtcS(kNewYear2027), 38);
}

TEST(LeapTable, TellsWhatHappensAtTheEndOfTheDay) {
  const LeapTable list = LeapTable::Parse(kList).value();
  EXPECT_EQ(list.LeapAtEndOfDay(kNewYear2017 - 1), 1);
  EXPECT_EQ(list.LeapAtEndOfDay(kNewYear2017 - 86'400 * kSecond), 1);
  EXPECT_EQ(list.LeapAtEndOfDay(kNewYear2017 - 86'400 * kSecond - 1), 0);
  EXPECT_EQ(list.LeapAtEndOfDay(kNewYear2017), 0);
}

TEST(LeapTable, ASecondMayBeLeftOut) {
  const LeapTable list = LeapTable::Parse("#@ 4070908800\n3692217600 37\n4007750400 36\n").value();
  EXPECT_EQ(list.LeapAtEndOfDay(kNewYear2027 - 1), -1);
}

TEST(LeapTable, KnowsNothingOutsideOfItsTime) {
  const LeapTable list = LeapTable::Parse(kList).value();
  EXPECT_EQ(list.TaiMinusUtcS(0), std::nullopt);
  EXPECT_EQ(list.TaiMinusUtcS(kNewYear2029 - 1), 38);
  EXPECT_EQ(list.TaiMinusUtcS(kNewYear2029), std::nullopt);
  // The day after the last may bring one that the list does not know.
  EXPECT_EQ(list.LeapAtEndOfDay(kNewYear2029 - 1), std::nullopt);
  EXPECT_EQ(list.LeapAtEndOfDay(INT64_MAX), std::nullopt);
  EXPECT_EQ(list.LeapAtEndOfDay(INT64_MIN), std::nullopt);
}

TEST(LeapTable, ABadListIsRefusedWithItsLine) {
  const struct {
    const char* text;
    const char* error;
  } table[] = {
      {"", "no entry"},
      {"3692217600 37\n", "does not say when it expires"},
      {"#@ soon\n3692217600 37\n", "line 1: the expiry"},
      {"#@ 4070908800\n3692217600\n", "line 2: not two numbers"},
      {"#@ 4070908800\n3692217600 thirty\n", "line 2: not two numbers"},
      {"#@ 4070908800\n3692217601 37\n", "3692217601 is no midnight"},
      {"#@ 4070908800\n3692217600 37\n3644697600 38\n", "line 3: not later"},
      {"#@ 4070908800\n3692217600 37\n4007750400 39\n", "from 37 to 39, which is not by one"},
      {"#@ 4070908800\n3692217600 99999\n", "past 32767"},
      {"#@ 99999999999999999999\n3692217600 37\n", "line 1"},
  };
  for (const auto& row : table) {
    const auto parsed = LeapTable::Parse(row.text);
    ASSERT_FALSE(parsed.ok()) << row.text;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr(row.error));
  }
}

}  // namespace
}  // namespace ptpcore::protocol
