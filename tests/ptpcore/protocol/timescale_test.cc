#include "ptpcore/protocol/timescale.h"

#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kUtc = 1'795'348'053 * kSecond;  // the true UTC of these tests

TimeProperties Properties(bool ptp_timescale, bool offset_valid, int16_t offset_s) {
  TimeProperties p;
  p.ptp_timescale = ptp_timescale;
  p.utc_offset_valid = offset_valid;
  p.utc_offset_s = offset_s;
  return p;
}
const TimeProperties kArbitrary = Properties(false, false, 37);
const TimeProperties kPtp = Properties(true, true, 37);

TEST(UtcConverterTest, APtpGrandmasterSendsTai) {
  UtcConverter utc;
  utc.Announced(kPtp);
  EXPECT_EQ(utc.FromSync(kUtc + 37 * kSecond, kUtc, true), kUtc);
  EXPECT_EQ(utc.Convert(kUtc + 37 * kSecond + 5), kUtc + 5);
  EXPECT_FALSE(utc.holding());
  EXPECT_THAT(utc.Explanation(), HasSubstr("minus 37 s"));
  EXPECT_THAT(utc.Explanation(), Not(HasSubstr("valid")));
}

TEST(UtcConverterTest, ASoftwareGrandmasterSendsUtc) {
  UtcConverter utc;
  utc.Announced(kArbitrary);
  EXPECT_EQ(utc.FromSync(kUtc, kUtc, true), kUtc);
  EXPECT_THAT(utc.Explanation(), HasSubstr("arbitrary timescale"));
}

// Flag, validity and offset: what is taken off.
TEST(UtcOffsetByRuleTest, EveryCombination) {
  const struct {
    bool ptp_timescale, offset_valid;
    int16_t offset_s;
    int taken_off_s;
  } table[] = {
      {false, false, 0, 0},       {false, false, 37, 0},        {false, true, 0, 0},
      {false, true, 37, 0},       {true, false, 0, 0},          {true, false, 37, 37},
      {true, true, 0, 0},         {true, true, 37, 37},         {true, true, -1, -1},
      {true, false, 36, 36},      {true, true, 38, 38},         {false, true, -37, 0},
      {true, true, 32767, 32767}, {true, true, -32768, -32768},
  };
  for (const auto& row : table) {
    const TimeProperties p = Properties(row.ptp_timescale, row.offset_valid, row.offset_s);
    SCOPED_TRACE(testing::Message() << row.ptp_timescale << row.offset_valid << row.offset_s);
    EXPECT_EQ(UtcOffsetByRule(p), row.taken_off_s);
    UtcConverter utc;
    utc.Announced(p);
    EXPECT_EQ(utc.applied_s(), row.taken_off_s);
    EXPECT_EQ(utc.Convert(kUtc), kUtc - row.taken_off_s * kSecond);
  }
}

TEST(UtcConverterTest, AnOffsetThatIsNotValidIsUsedButSaid) {
  UtcConverter utc;
  utc.Announced(Properties(true, false, 37));
  EXPECT_EQ(utc.applied_s(), 37);
  EXPECT_THAT(utc.Explanation(), HasSubstr("not mark as valid"));
}

TEST(UtcConverterTest, WithoutAMasterThereIsNoDecision) {
  UtcConverter utc;
  EXPECT_EQ(utc.Explanation(), "no master");
  EXPECT_EQ(utc.Convert(kUtc), kUtc);
}

// Only the flags change, the timestamps go on as they were.
TEST(UtcConverterTest, AFlagAloneDoesNotMoveALockedClock) {
  const struct {
    TimeProperties before, after;
    int master_ahead_s;
  } flips[] = {
      {kArbitrary, kPtp, 0},
      {kPtp, kArbitrary, 37},
      {kPtp, Properties(true, true, 0), 37},
      {kPtp, Properties(true, false, 35), 37},
  };
  for (const auto& flip : flips) {
    const int64_t ahead_ns = flip.master_ahead_s * kSecond;
    UtcConverter utc;
    utc.Announced(flip.before);
    ASSERT_EQ(utc.FromSync(kUtc + ahead_ns, kUtc, true), kUtc);
    utc.Announced(flip.after);
    for (int s = 1; s < 100; ++s) {
      EXPECT_TRUE(utc.holding());
      EXPECT_EQ(utc.FromSync(kUtc + s * kSecond + ahead_ns, kUtc + s * kSecond, true),
                kUtc + s * kSecond);
    }
    EXPECT_THAT(utc.Explanation(), HasSubstr("keeping"));
    // The flag turns back: nothing to hold against any more.
    utc.Announced(flip.before);
    EXPECT_FALSE(utc.holding());
    EXPECT_THAT(utc.Explanation(), Not(HasSubstr("keeping")));
  }
}

TEST(UtcConverterTest, AFlagThatTheTimestampsFollowIsBelieved) {
  UtcConverter utc;
  utc.Announced(kArbitrary);
  EXPECT_EQ(utc.FromSync(kUtc, kUtc, true), kUtc);
  utc.Announced(kPtp);
  // Still UTC in the first Sync after it, TAI from the second on.
  EXPECT_EQ(utc.FromSync(kUtc + kSecond, kUtc + kSecond, true), kUtc + kSecond);
  EXPECT_TRUE(utc.holding());
  EXPECT_EQ(utc.FromSync(kUtc + 39 * kSecond, kUtc + 2 * kSecond, true), kUtc + 2 * kSecond);
  EXPECT_FALSE(utc.holding());
  EXPECT_EQ(utc.applied_s(), 37);
  // And back.
  utc.Announced(kArbitrary);
  EXPECT_EQ(utc.FromSync(kUtc + 3 * kSecond, kUtc + 3 * kSecond, true), kUtc + 3 * kSecond);
  EXPECT_EQ(utc.applied_s(), 0);
}

TEST(UtcConverterTest, WhileNotLockedTheFlagIsBelieved) {
  UtcConverter utc;
  utc.Announced(kArbitrary);
  utc.Announced(kPtp);
  // The local clock is anywhere; it cannot arbitrate.
  EXPECT_EQ(utc.FromSync(kUtc + 37 * kSecond, kUtc + 37 * kSecond, false), kUtc);
  EXPECT_FALSE(utc.holding());
}

constexpr int64_t kNewYear2027 = 1'798'761'600 * kSecond;
constexpr LeapSecond kInserted{1, kNewYear2027};
constexpr LeapSecond kLeftOut{-1, kNewYear2027};

TEST(UtcConverterTest, ALeapSecondMovesTheOffsetAtItsInstantWhateverIsAnnounced) {
  for (const LeapSecond& leap : {kInserted, kLeftOut}) {
    for (const int announced_after_s : {37, 37 + leap.leap}) {
      UtcConverter utc;
      utc.Announced(kPtp);
      utc.SetLeap(leap);
      utc.Announced(Properties(true, true, static_cast<int16_t>(announced_after_s)));
      const int64_t instant_tai = leap.InstantUtcNs() + 37 * kSecond;
      EXPECT_FALSE(utc.holding());
      EXPECT_EQ(utc.FromSync(instant_tai - 1, leap.InstantUtcNs() - 1, true),
                leap.InstantUtcNs() - 1);
      EXPECT_EQ(utc.FromSync(instant_tai, leap.InstantUtcNs(), true),
                leap.InstantUtcNs() - leap.leap * kSecond);
      EXPECT_EQ(utc.Convert(instant_tai - kSecond), leap.InstantUtcNs() - kSecond);
      utc.LeapPassed();
      EXPECT_EQ(utc.applied_s(), 37 + leap.leap);
      // One that goes on to announce the offset before it is contradicted by the time.
      EXPECT_EQ(utc.holding(), announced_after_s == 37);
      const int64_t later = kNewYear2027 + 600 * kSecond;
      EXPECT_EQ(utc.FromSync(later + (37 + leap.leap) * kSecond, later, true), later);
    }
  }
}

TEST(UtcConverterTest, UtcFromAnArbitraryTimescaleLeapsByItself) {
  UtcConverter utc;
  utc.Announced(kArbitrary);
  utc.SetLeap(kInserted);
  EXPECT_EQ(utc.FromSync(kNewYear2027 + 5, kNewYear2027 + 5, true), kNewYear2027 + 5);
  utc.LeapPassed();
  EXPECT_EQ(utc.Convert(kNewYear2027 + 5), kNewYear2027 + 5);
  EXPECT_FALSE(utc.holding());
}

TEST(UtcConverterTest, AroundALeapSecondTimesAreAmbiguous) {
  UtcConverter utc;
  utc.Announced(kPtp);
  EXPECT_FALSE(utc.AmbiguousAt(kNewYear2027 + 37 * kSecond));
  utc.SetLeap(kInserted);
  EXPECT_TRUE(utc.AmbiguousAt(kNewYear2027 + 37 * kSecond));
  EXPECT_FALSE(utc.AmbiguousAt(kNewYear2027));
  utc.SetLeap(std::nullopt);  // withdrawn
  EXPECT_FALSE(utc.AmbiguousAt(kNewYear2027 + 37 * kSecond));
  EXPECT_EQ(utc.Convert(kNewYear2027 + 38 * kSecond), kNewYear2027 + kSecond);
}

TEST(UtcConverterTest, ANewMasterWithTheOffsetBehindTheLeapSecondChangesNothing) {
  const int64_t later = kNewYear2027 + 60 * kSecond;  // UTC, after the inserted second
  for (const int announced_s : {37, 38}) {
    UtcConverter utc;
    utc.Announced(kPtp);
    utc.SetLeap(kInserted);
    utc.Reset();
    utc.Announced(Properties(true, true, static_cast<int16_t>(announced_s)));
    EXPECT_EQ(utc.FromSync(later + 38 * kSecond, later, false), later) << announced_s;
    utc.LeapPassed();
    EXPECT_EQ(utc.FromSync(later + 38 * kSecond, later, true), later) << announced_s;
  }
}

TEST(UtcConverterTest, AFirstMasterThatDoesNotFlagTheLeapSecondIsTakenAtItsWord) {
  UtcConverter utc;
  utc.SetLeap(kInserted);
  utc.Announced(Properties(true, true, 38));
  const int64_t later = kNewYear2027 + 60 * kSecond;
  EXPECT_EQ(utc.FromSync(later + 38 * kSecond, later, false), later);
}

// A second that nobody flagged beforehand.
TEST(UtcConverterTest, AnOffsetThatMovesByOneIsBelievedOnTheFirstDayOfAMonthOnly) {
  for (const int after : {36, 38}) {
    for (const bool first_day : {true, false}) {
      const int64_t utc_ns = first_day ? kNewYear2027 + kSecond : kUtc;
      UtcConverter utc;
      utc.Announced(kPtp);
      EXPECT_EQ(utc.FromSync(utc_ns + 37 * kSecond, utc_ns, true), utc_ns);
      utc.Announced(Properties(true, true, static_cast<int16_t>(after)));
      utc.FromSync(utc_ns + 37 * kSecond, utc_ns, true);
      EXPECT_EQ(utc.holding(), !first_day);
      EXPECT_EQ(utc.applied_s(), first_day ? after : 37);
    }
  }
}

TEST(UtcConverterTest, AnOffsetThatIsNotValidIsNoLeapSecond) {
  UtcConverter utc;
  utc.Announced(kPtp);
  utc.Announced(Properties(true, false, 38));
  EXPECT_EQ(utc.FromSync(kUtc + 37 * kSecond, kUtc, true), kUtc);
  EXPECT_TRUE(utc.holding());
}

// Held back at UTC, an offset that happens to be next to it is no leap second.
TEST(UtcConverterTest, WhileHoldingNothingIsALeapSecond) {
  UtcConverter utc;
  utc.Announced(kArbitrary);
  utc.Announced(kPtp);
  utc.Announced(Properties(true, true, 1));
  EXPECT_EQ(utc.FromSync(kUtc, kUtc, true), kUtc);
  EXPECT_EQ(utc.applied_s(), 0);
}

TEST(UtcConverterTest, ResetBelievesTheNextMaster) {
  UtcConverter utc;
  utc.Announced(kArbitrary);
  utc.Announced(kPtp);
  utc.Reset();
  EXPECT_EQ(utc.Explanation(), "no master");
  utc.Announced(kPtp);
  EXPECT_EQ(utc.applied_s(), 37);
  EXPECT_FALSE(utc.holding());
}

TEST(UtcConverterTest, TheEndsOfTimeDoNotOverflow) {
  const int64_t latest = *wire::ToNanoseconds({9'223'286'400, 999'999'999});
  for (const int64_t master_ns : {int64_t{0}, latest}) {
    for (const int offset_s : {-32768, 32767}) {
      UtcConverter utc;
      utc.Announced(kArbitrary);
      utc.Announced(Properties(true, true, static_cast<int16_t>(offset_s)));
      const int64_t applied = utc.FromSync(master_ns, kUtc, true);
      EXPECT_EQ(applied, master_ns - utc.applied_s() * kSecond);
      utc.FromSync(master_ns, kUtc, false);
      EXPECT_EQ(utc.Convert(master_ns), master_ns - offset_s * kSecond);
    }
  }
}

TEST(TimePropertiesTest, EachIsTakenFromItsFlag) {
  const struct {
    wire::Flag flag;
    bool TimeProperties::*member;
  } table[] = {{wire::kPtpTimescale, &TimeProperties::ptp_timescale},
               {wire::kTimeTraceable, &TimeProperties::time_traceable},
               {wire::kFrequencyTraceable, &TimeProperties::frequency_traceable},
               {wire::kLeap61, &TimeProperties::leap61},
               {wire::kLeap59, &TimeProperties::leap59},
               {wire::kCurrentUtcOffsetValid, &TimeProperties::utc_offset_valid}};
  for (const auto& set : table) {
    wire::Message message = AnnounceOf(kMasterA, 0);
    message.header.flags = set.flag;
    auto& announce = std::get<wire::Announce>(message.body);
    announce.current_utc_offset = -12;
    announce.time_source = 0x20;
    const TimeProperties p = TimePropertiesFromAnnounce(message.header, announce);
    EXPECT_EQ(p.utc_offset_s, -12);
    EXPECT_EQ(p.time_source, 0x20);
    for (const auto& asked : table) EXPECT_EQ(p.*asked.member, asked.flag == set.flag);

    TimeProperties other = p;
    EXPECT_TRUE(other == p);
    other.*set.member = false;
    EXPECT_TRUE(other != p);
  }
}

}  // namespace
}  // namespace ptpcore::protocol
