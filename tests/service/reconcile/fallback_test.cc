#include "service/reconcile/fallback.h"

#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

v1::PtpStats Locked() {
  v1::PtpStats stats;
  stats.set_clock_state(v1::CLOCK_STATE_LOCKED);
  stats.set_port_state(v1::PORT_STATE_SLAVE);
  stats.mutable_uncertainty()->set_bound_95_ns(2'000);
  stats.mutable_offset_from_master_ns()->set_last(150'000);
  return stats;
}

v1::PtpStats In(v1::ClockState state) {
  v1::PtpStats stats = Locked();
  stats.set_clock_state(state);
  stats.set_port_state(v1::PORT_STATE_LISTENING);
  stats.set_state_reason("no Announce message arrives");
  return stats;
}

const PtpJudgement kGood = JudgePtp(Locked());
const PtpJudgement kLost = JudgePtp(In(v1::CLOCK_STATE_HOLDOVER));

TEST(JudgePtp, OnlyALockedPortThatKnowsHowSureItIsIsGood) {
  EXPECT_TRUE(kGood.synchronized);
  EXPECT_TRUE(kGood.good);
  EXPECT_EQ(kGood.trouble, "");
  for (const auto state : {v1::CLOCK_STATE_FREE_RUNNING, v1::CLOCK_STATE_ACQUIRING,
                           v1::CLOCK_STATE_HOLDOVER, v1::CLOCK_STATE_HOLDOVER_EXPIRED}) {
    const PtpJudgement judged = JudgePtp(In(state));
    EXPECT_FALSE(judged.synchronized) << state;
    EXPECT_FALSE(judged.good) << state;
    EXPECT_THAT(judged.trouble, HasSubstr(": no Announce message arrives")) << state;
  }
  EXPECT_FALSE(JudgePtp(std::nullopt).synchronized);
  EXPECT_THAT(JudgePtp(std::nullopt).trouble, HasSubstr("ptpd does not answer"));

  v1::PtpStats unsure = Locked();
  unsure.clear_uncertainty();
  EXPECT_TRUE(JudgePtp(unsure).synchronized) << "the classic servos know no bound";
  EXPECT_FALSE(JudgePtp(unsure).good);
  v1::PtpStats other = Locked();
  other.set_port_state(v1::PORT_STATE_MASTER);
  EXPECT_FALSE(JudgePtp(other).good);
}

TEST(JudgePtp, AMasterThatContradictsNtpByWholeSecondsIsNotGood) {
  v1::PtpStats stats = Locked();
  stats.mutable_offset_from_master_ns()->set_last(-37e9);
  EXPECT_FALSE(JudgePtp(stats).good);
  EXPECT_EQ(JudgePtp(stats).trouble, "PTP and NTP contradict each other by -37.000 s");
}

// Seconds pass one by one, as observations come.
class FallbackTest : public ::testing::Test {
 protected:
  FallbackTest() { settings_.armed = true; }

  void Pass(int secs, const PtpJudgement& ptp, const std::string& ntp_trouble = "") {
    for (int i = 0; i < secs; ++i) {
      now_ += seconds(1);
      state_ = NextFallback(state_, settings_, {now_, At(), ptp, ntp_trouble});
    }
  }
  absl::Time At() const { return kStart + absl::FromChrono(now_ - FallbackTime()); }
  v1::FallbackStatus Status() const { return StatusOf(state_, settings_, now_); }
  void EnterFallback() {
    Pass(61, kLost);
    state_ = AfterNtpStart(state_);
    ASSERT_TRUE(state_.in_fallback);
  }

  FallbackSettings settings_;
  FallbackState state_;
  FallbackTime now_;
};

TEST_F(FallbackTest, NtpTakesOverAfterThePolicyTimeAndPtpComesBackAfterTheOther) {
  Pass(100, kGood);
  EXPECT_FALSE(Status().in_fallback());
  EXPECT_EQ(Status().reason(), "");
  EXPECT_FALSE(Status().has_changes_in());

  Pass(60, kLost);
  EXPECT_FALSE(state_.in_fallback);
  EXPECT_EQ(Status().changes_in().seconds(), 1);
  EXPECT_THAT(Status().reason(), HasSubstr("lost its master and holds the clock over"));
  Pass(1, kLost);
  ASSERT_TRUE(state_.in_fallback);
  EXPECT_EQ(Status().times(), 0U) << "NTP does not run yet";
  state_ = AfterNtpStart(AfterNtpStart(state_));
  EXPECT_EQ(Status().times(), 1U);
  EXPECT_EQ(Status().since().seconds(), absl::ToUnixSeconds(At()));
  EXPECT_THAT(Status().reason(), HasSubstr("lost its master"));
  EXPECT_FALSE(Status().has_changes_in());

  Pass(30, kGood);
  EXPECT_TRUE(state_.in_fallback);
  EXPECT_EQ(Status().changes_in().seconds(), 1);
  EXPECT_THAT(Status().reason(), HasSubstr("PTP is good again"));
  Pass(1, kGood);
  EXPECT_FALSE(state_.in_fallback);
  EXPECT_EQ(Status().times(), 1U);
  EXPECT_EQ(Status().reason(), "");
}

TEST_F(FallbackTest, WhatFlapsKeepsItsOwner) {
  for (int i = 0; i < 20; ++i) {
    Pass(59, kLost);
    Pass(1, kGood);
  }
  EXPECT_FALSE(state_.in_fallback);
  EnterFallback();
  for (int i = 0; i < 20; ++i) {
    Pass(29, kGood);
    Pass(1, kLost);
  }
  EXPECT_TRUE(state_.in_fallback);
  EXPECT_EQ(state_.times, 1U);
}

TEST_F(FallbackTest, PtpThatIsSynchronizedButNotGoodNeitherFallsBackNorComesBack) {
  PtpJudgement unsure = kGood;
  unsure.good = false;
  unsure.trouble = "PTP does not know how sure it is";
  Pass(200, unsure);
  EXPECT_FALSE(state_.in_fallback);
  EnterFallback();
  Pass(200, unsure);
  EXPECT_TRUE(state_.in_fallback);
  EXPECT_EQ(Status().reason(), "PTP does not know how sure it is");
}

TEST_F(FallbackTest, WithoutNtpPtpKeepsTheClockAndTheReasonSaysWhy) {
  Pass(200, kLost, "NTP has no servers");
  EXPECT_FALSE(state_.in_fallback);
  EXPECT_THAT(Status().reason(), HasSubstr("; NTP cannot take over: NTP has no servers"));
  EXPECT_FALSE(Status().has_changes_in()) << "nobody knows";
  Pass(1, kLost);
  EXPECT_TRUE(state_.in_fallback) << "the policy time has long passed";
}

TEST_F(FallbackTest, AnNtpThatCannotBeStartedGivesTheClockBackAndIsTriedAgainMoreRarely) {
  settings_.after = seconds(5);
  std::vector<int> tried_after;
  for (int tries = 0; tries < 7; ++tries) {
    int waited = 0;
    while (!state_.in_fallback) {
      Pass(1, kLost);
      ++waited;
    }
    tried_after.push_back(waited);
    state_ = AfterNtpFailure(state_, "chronyd ended with exit code 1", now_);
    EXPECT_FALSE(state_.in_fallback);
    EXPECT_THAT(Status().reason(), HasSubstr("chronyd ended with exit code 1"));
  }
  EXPECT_THAT(tried_after, ::testing::ElementsAre(6, 10, 20, 40, 80, 160, 300));
  EXPECT_EQ(state_.times, 0U);
  Pass(1, kGood);
  EXPECT_EQ(Status().reason(), "");
}

TEST_F(FallbackTest, AnNtpThatFailsLaterGivesItBackToo) {
  EnterFallback();
  Pass(1, kLost, "chronyd is not installed");
  EXPECT_FALSE(state_.in_fallback);
  EXPECT_THAT(Status().reason(), HasSubstr("chronyd is not installed"));
}

TEST_F(FallbackTest, SwitchedOffItEndsAtOnce) {
  EnterFallback();
  settings_.armed = false;
  Pass(1, kLost);
  EXPECT_FALSE(state_.in_fallback);
  EXPECT_EQ(Status().times(), 1U);
  EXPECT_EQ(Status().reason(), "");
}

TEST_F(FallbackTest, TheNextHostdGoesOnWhereTheLastOneWas) {
  state_ = ResumedFallback(kStart, "PTP has lost its master");
  Pass(5, kLost);
  EXPECT_TRUE(Status().in_fallback());
  EXPECT_EQ(Status().since().seconds(), absl::ToUnixSeconds(kStart));
  Pass(31, kGood);
  EXPECT_FALSE(state_.in_fallback);
}

// Whatever happens, an owner stays for the time of the policy, and each change has its
// cause without a break before it.
TEST_F(FallbackTest, OnARandomWalkNobodyTakesTheClockBeforeItsTime) {
  std::mt19937 random(20261122);
  for (int walk = 0; walk < 200; ++walk) {
    state_ = FallbackState();
    settings_.after = seconds(1 + random() % 20);
    settings_.return_after = seconds(1 + random() % 20);
    bool was = false;
    milliseconds lost{0};
    milliseconds good{0};
    int changes = 0;
    PtpJudgement ptp = kGood;
    for (int step = 0; step < 600; ++step) {
      const milliseconds passed(random() % 1'500);
      now_ += passed;
      lost = ptp.synchronized ? milliseconds(0) : lost + passed;
      good = ptp.good ? good + passed : milliseconds(0);
      if (random() % 12 == 0) ptp = random() % 2 == 0 ? kGood : kLost;
      if (ptp.synchronized) lost = milliseconds(0);
      if (!ptp.good) good = milliseconds(0);
      const bool can = random() % 40 != 0;
      state_ = NextFallback(state_, settings_, {now_, At(), ptp, can ? "" : "no"});
      if (state_.in_fallback && !was) {
        ++changes;
        EXPECT_FALSE(ptp.synchronized);
        EXPECT_GE(lost, settings_.after);
      }
      if (!state_.in_fallback && was && can) {
        ++changes;
        EXPECT_TRUE(ptp.good);
        EXPECT_GE(good, settings_.return_after);
      }
      const auto deadline = FallbackDeadline(state_, settings_);
      if (deadline && can) {
        EXPECT_GT(*deadline, now_) << "it would have changed";
      }
      was = state_.in_fallback;
      if (random() % 50 == 0 && was) {
        state_ = ResumedFallback(state_.since, state_.why);  // hostd starts again
        good = milliseconds(0);
      }
    }
    if (walk == 0) {
      EXPECT_GT(changes, 0);
    }
  }
}

}  // namespace
}  // namespace hostctl::reconcile
