#include "ptpcore/servo/frequency_guard.h"

#include "gtest/gtest.h"

namespace ptpcore::servo {
namespace {

FrequencyGuard Settled() {
  FrequencyGuard guard(20'000);
  guard.See(1'000, 10, 31, true);
  return guard;
}

TEST(FrequencyGuard, BelievesEverythingUntilTheServoHasSettled) {
  FrequencyGuard guard(20'000);
  EXPECT_TRUE(guard.See(0, 10, 1, false));
  EXPECT_TRUE(guard.See(400'000, 10, 1, false));
}

TEST(FrequencyGuard, ResistsASuddenChangeForTwoMinutesOnly) {
  FrequencyGuard guard = Settled();
  EXPECT_TRUE(guard.See(15'000, 10, 1, true));
  int resisted = 0;
  while (!guard.See(51'000, 10, 1, true)) ASSERT_LT(++resisted, 1'000);
  EXPECT_EQ(resisted, 120);
  EXPECT_EQ(guard.trusted_ppb(), 51'000);
}

TEST(FrequencyGuard, FollowsNoFasterThanTemperatureDoes) {
  FrequencyGuard guard = Settled();
  double rate = 1'000;
  int followed = 0;
  while (guard.See(rate += 1'000, 10, 1, true)) ASSERT_LT(++followed, 1'000);
  EXPECT_LE(followed, 25);
  EXPECT_LT(guard.trusted_ppb(), 5'000);
}

TEST(FrequencyGuard, AnUncertainRateIsNoProof) {
  FrequencyGuard guard = Settled();
  EXPECT_TRUE(guard.See(51'000, 40'000, 1, true));
}

TEST(FrequencyGuard, AJumpOfTheLimitItselfIsBelievedAsItIsMeasured) {
  FrequencyGuard guard = Settled();
  EXPECT_TRUE(guard.See(21'020, 10, 1, true));
  EXPECT_FALSE(Settled().See(21'040, 10, 1, true));
}

TEST(FrequencyGuard, CanBeSwitchedOff) {
  FrequencyGuard guard(0);
  guard.See(0, 10, 31, true);
  EXPECT_TRUE(guard.See(400'000, 10, 1, true));
}

}  // namespace
}  // namespace ptpcore::servo
