#include "ptpcore/servo/controller.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace ptpcore::servo {
namespace {

TEST(Controller, CancelsTheRateWhenTheOffsetIsZero) {
  const auto output = Controller(500'000).Steer(0, 0, 20'000, 1);
  EXPECT_DOUBLE_EQ(output.frequency_ppb, -20'000);
  EXPECT_FALSE(output.at_maximum);
}

TEST(Controller, RemovesAnOffsetWithinAFewIntervals) {
  const Controller controller(500'000);
  double offset = 1'000;
  for (int i = 0; i < 6; ++i)
    offset += 20'000 + controller.Steer(offset, 0, 20'000, 1).frequency_ppb;
  EXPECT_GE(offset, 0) << "no overshoot";
  EXPECT_LT(offset, 20);
}

TEST(Controller, RemovesALargeOffsetSooner) {
  const Controller controller(500'000);
  EXPECT_DOUBLE_EQ(controller.Steer(1'000, 500, 0, 1).frequency_ppb, -500);
  EXPECT_DOUBLE_EQ(controller.Steer(1'000, 10, 0, 1).frequency_ppb, -1'000);
}

TEST(Controller, StaysWithinTheClocksLimitAndSaysSo) {
  const auto slow = Controller(500'000).Steer(1e9, 0, 0, 1);
  EXPECT_DOUBLE_EQ(slow.frequency_ppb, -500'000);
  EXPECT_TRUE(slow.at_maximum);
  EXPECT_DOUBLE_EQ(Controller(500'000).Steer(-1e18, 0, 0, 1).frequency_ppb, 500'000);
}

TEST(Controller, NeverAnswersWithSomethingThatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(Controller(500'000).Steer(nan, 0, 0, 1).frequency_ppb, 0);
  EXPECT_EQ(Controller(500'000).Steer(0, 0, infinity, 1).frequency_ppb, 0);
  EXPECT_EQ(Controller(nan).Steer(5, 0, 5, 1).frequency_ppb, 0);
  EXPECT_TRUE(std::isfinite(Controller(500'000).Steer(1, 0, 1, 0).frequency_ppb));
}

}  // namespace
}  // namespace ptpcore::servo
