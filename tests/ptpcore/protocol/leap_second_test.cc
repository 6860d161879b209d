#include "ptpcore/protocol/leap_second.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kNewYear2027 = 1'798'761'600 * kSecond;  // a midnight
constexpr int64_t kDay = 86'400 * kSecond;

TEST(DecideLeap, AMasterIsBelievedOnTheLastDayOfAMonth) {
  const LeapDecision inserted = DecideLeap(kNewYear2027 - 1, LeapFlags{true, false}, nullptr);
  EXPECT_EQ(inserted.leap, (LeapSecond{1, kNewYear2027}));
  EXPECT_THAT(inserted.explanation, HasSubstr("a second is inserted at the end"));
  const LeapDecision left_out = DecideLeap(kNewYear2027 - kDay, LeapFlags{false, true}, nullptr);
  EXPECT_EQ(left_out.leap, (LeapSecond{-1, kNewYear2027}));
  EXPECT_THAT(left_out.explanation, HasSubstr("left out"));
}

TEST(DecideLeap, OnAnotherDayAMasterIsNotBelieved) {
  for (const int64_t day : {kNewYear2027, kNewYear2027 - kDay - 1, kNewYear2027 + 15 * kDay}) {
    const LeapDecision decision = DecideLeap(day, LeapFlags{true, false}, nullptr);
    EXPECT_EQ(decision.leap, std::nullopt);
    EXPECT_THAT(decision.explanation, HasSubstr("not the last day of a month: ignored"));
  }
}

TEST(DecideLeap, BothFlagsAtOnceMeanNothing) {
  const LeapDecision decision = DecideLeap(kNewYear2027 - 1, LeapFlags{true, true}, nullptr);
  EXPECT_EQ(decision.leap, std::nullopt);
  EXPECT_THAT(decision.explanation, HasSubstr("both ways"));
}

TEST(DecideLeap, WithoutAMasterAndAListThereIsNone) {
  const LeapDecision decision = DecideLeap(kNewYear2027 - 1, std::nullopt, nullptr);
  EXPECT_EQ(decision.leap, std::nullopt);
  EXPECT_EQ(decision.explanation, "");
}

TEST(DecideLeap, TheListIsBelievedBeforeTheMaster) {
  const LeapTable with = LeapTable::Parse("#@ 4070908800\n3692217600 37\n4007750400 38\n").value();
  const LeapTable without = LeapTable::Parse("#@ 4070908800\n3692217600 37\n").value();
  const LeapTable expired = LeapTable::Parse("#@ 3723753600\n3692217600 37\n").value();
  const int64_t last_day = kNewYear2027 - kDay / 2;
  const LeapSecond inserted{1, kNewYear2027};

  EXPECT_EQ(DecideLeap(last_day, std::nullopt, &with).leap, inserted);
  EXPECT_EQ(DecideLeap(last_day, LeapFlags{}, &with).leap, inserted);
  EXPECT_THAT(DecideLeap(last_day, LeapFlags{}, &with).explanation,
              HasSubstr("the master announces no leap second, the list of leap seconds is "
                        "believed"));
  EXPECT_EQ(DecideLeap(last_day, LeapFlags{false, true}, &with).leap, inserted);

  const LeapDecision false_alarm = DecideLeap(last_day, LeapFlags{true, false}, &without);
  EXPECT_EQ(false_alarm.leap, std::nullopt);
  EXPECT_THAT(false_alarm.explanation, HasSubstr("the list of leap seconds has none"));
  EXPECT_EQ(DecideLeap(last_day, LeapFlags{}, &without).explanation, "");

  EXPECT_EQ(DecideLeap(last_day, LeapFlags{true, false}, &expired).leap, inserted);
}

TEST(LeapSecond, TheClockIsSetAtTheStartOfTheSecondThatIsInsertedOrLeftOut) {
  EXPECT_EQ((LeapSecond{1, kNewYear2027}).InstantUtcNs(), kNewYear2027);
  EXPECT_EQ((LeapSecond{-1, kNewYear2027}).InstantUtcNs(), kNewYear2027 - kSecond);
}

TEST(LeapSecond, TwoSecondsAroundItAreAmbiguous) {
  const LeapSecond leap{1, kNewYear2027};
  EXPECT_FALSE(leap.AmbiguousAt(kNewYear2027 - 2 * kSecond));
  EXPECT_TRUE(leap.AmbiguousAt(kNewYear2027 - 2 * kSecond + 1));
  EXPECT_TRUE(leap.AmbiguousAt(kNewYear2027 + 2 * kSecond - 1));
  EXPECT_FALSE(leap.AmbiguousAt(kNewYear2027 + 2 * kSecond));
  EXPECT_FALSE(leap.AmbiguousAt(INT64_MAX));
  EXPECT_FALSE(leap.AmbiguousAt(INT64_MIN));
}

TEST(Dates, MonthsBeginAndEnd) {
  EXPECT_TRUE(IsFirstDayOfMonth(kNewYear2027));
  EXPECT_FALSE(IsFirstDayOfMonth(kNewYear2027 - 1));
  EXPECT_TRUE(IsLastDayOfMonth(kNewYear2027 - 1));
  EXPECT_FALSE(IsLastDayOfMonth(kNewYear2027));
  EXPECT_TRUE(IsFirstDayOfMonth(0));
  EXPECT_TRUE(IsLastDayOfMonth(-1));
}

}  // namespace
}  // namespace ptpcore::protocol
