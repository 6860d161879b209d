#include "ptpcore/sim/oscillator.h"

#include "gtest/gtest.h"

namespace ptpcore::sim {
namespace {

TEST(Oscillator, WithoutWanderKeepsItsFrequency) {
  Oscillator oscillator(20'000, 0, Random(1));
  EXPECT_EQ(oscillator.Run(1'000), 20'000);
  oscillator.Jump(-5'000);
  EXPECT_EQ(oscillator.Run(1'000), 15'000);
}

TEST(Oscillator, WandersWithTheSquareRootOfTime) {
  double square = 0;
  constexpr int kRuns = 2'000;
  for (int i = 0; i < kRuns; ++i) {
    Oscillator oscillator(0, 1, Random(static_cast<uint64_t>(i)));
    for (int step = 0; step < 400; ++step) oscillator.Run(0.25);
    square += oscillator.frequency_ppb() * oscillator.frequency_ppb();
  }
  EXPECT_NEAR(square / kRuns, 100, 10) << "1 ppb per root second, 100 s";
}

TEST(Oscillator, FollowsTheTemperatureAsASine) {
  Oscillator oscillator(100, 0, Random(1));
  oscillator.FollowTemperature(500, 1'000);
  double gained_ns = 0;
  for (int step = 0; step < 250; ++step) gained_ns += oscillator.Run(1);
  EXPECT_NEAR(oscillator.frequency_ppb(), 600, 1e-9) << "a quarter of the period: the warmest";
  EXPECT_NEAR(gained_ns, 100 * 250 + 500 * 1'000 / 6.283185307, 10) << "the sine's integral";
  for (int step = 0; step < 250; ++step) oscillator.Run(1);
  EXPECT_NEAR(oscillator.frequency_ppb(), 100, 1e-9);
}

}  // namespace
}  // namespace ptpcore::sim
