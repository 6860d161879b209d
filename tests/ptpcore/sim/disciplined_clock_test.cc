#include "ptpcore/sim/disciplined_clock.h"

#include "gtest/gtest.h"

namespace ptpcore::sim {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(DisciplinedClock, RunsAsFastAsItsOscillator) {
  DisciplinedClock clock(Oscillator(50'000, 0, Random(1)), 500'000'000);
  EXPECT_EQ(clock.Read(), 500'000'000);
  clock.AdvanceTo(10 * kSecond);
  EXPECT_NEAR(clock.TrueOffset(), 500'500'000, 1e-3);
  EXPECT_EQ(clock.Read(), 10 * kSecond + 500'500'000);
}

TEST(DisciplinedClock, ObeysStepAndFrequency) {
  DisciplinedClock clock(Oscillator(50'000, 0, Random(1)), 0);
  clock.SetFrequency(-50'000);
  clock.AdvanceTo(kSecond);
  EXPECT_NEAR(clock.TrueOffset(), -2.5, 1e-6) << "the product of 50 ppm and 50 ppm";
  clock.Step(-7);
  EXPECT_NEAR(clock.TrueOffset(), -9.5, 1e-6);
}

TEST(DisciplinedClock, DoesNotRunBackwards) {
  DisciplinedClock clock(Oscillator(0, 0, Random(1)), 0);
  clock.AdvanceTo(kSecond);
  clock.AdvanceTo(kSecond / 2);
  EXPECT_EQ(clock.now_ns(), kSecond);
}

}  // namespace
}  // namespace ptpcore::sim
