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

}  // namespace
}  // namespace ptpcore::sim
