#include "cli/chart/scale.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

TEST(WithUnit, ChoosesTheUnit) {
  EXPECT_EQ(WithUnit(87.12), "87.1 ns");
  EXPECT_EQ(WithUnit(5'352), "5.35 us");
  EXPECT_EQ(WithUnit(-50'000'000), "-50 ms");
  EXPECT_EQ(WithUnit(2.5e9), "2.5 s");
  EXPECT_EQ(WithUnit(0), "0 ns");
  // What rounds up to a thousand belongs to the next unit.
  EXPECT_EQ(WithUnit(999.4), "999 ns");
  EXPECT_EQ(WithUnit(999.6), "1 us");
  EXPECT_EQ(WithUnit(-999'700), "-1 ms");
}

TEST(NiceStep, IsOneTwoOrFive) {
  EXPECT_THAT(NiceStep(1), DoubleEq(1));
  EXPECT_THAT(NiceStep(1.3), DoubleEq(2));
  EXPECT_THAT(NiceStep(230), DoubleEq(500));
  EXPECT_THAT(NiceStep(0.7), DoubleEq(1));
}

TEST(LinearTicks, AreTheMultiplesWithin) {
  EXPECT_THAT(LinearTicks(-4.5, 4.5, 4), ElementsAre(0));
  EXPECT_THAT(LinearTicks(-12, 12, 4), ElementsAre(-10, 0, 10));
  EXPECT_THAT(LinearTicks(3, 3, 4), ElementsAre(3));
}

TEST(TimeTicks, AreWholeMinutesWhereThereAreMinutes) {
  EXPECT_THAT(
      TimeTicks(1'700'000'090, 1'700'000'390, 5),
      ElementsAre(1'700'000'100, 1'700'000'160, 1'700'000'220, 1'700'000'280, 1'700'000'340));
  EXPECT_THAT(TimeTicks(0, 3600, 4), ElementsAre(0, 900, 1800, 2700, 3600));
}

TEST(ClockText, IsTheTimeOfTheDay) {
  EXPECT_EQ(ClockText(1'700'000'100, true), "22:15:00");
  EXPECT_EQ(ClockText(1'700'000'100.7, false), "22:15");
  EXPECT_EQ(ClockText(-1, true), "23:59:59");
}

}  // namespace
}  // namespace hostctl::cli
