#include "ptpcore/servo/clock_filter.h"

#include <cmath>

#include "gtest/gtest.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::servo {
namespace {

TEST(ClockFilter, PredictsTheOffsetFromRateAndCorrection) {
  ClockFilter filter(1);
  filter.Start({1'000, 20, 50'000}, {10, 1, 10});
  filter.Advance(10, -15, 0);
  EXPECT_DOUBLE_EQ(filter.state().offset_ns, 1'050);
  EXPECT_DOUBLE_EQ(filter.state().rate_ppb, 20);
  // 10 ns, 1 ppb over 10 s, and the walk of the frequency: 100 + 100 + 333.
  EXPECT_NEAR(filter.sigma().offset_ns, std::sqrt(533.3), 0.1);
  EXPECT_NEAR(filter.sigma().rate_ppb, std::sqrt(11.0), 1e-6);
}

TEST(ClockFilter, AJumpOfTheFrequencyMovesTheOffsetSinceThen) {
  ClockFilter filter(1);
  filter.Start({0, 0, 0}, {0, 0, 1'000});
  filter.DoubtJump(3'000, 2);
  EXPECT_NEAR(filter.sigma().rate_ppb, 3'000, 1e-6);
  // Anywhere in the last 2 s: on average a third of what a jump at their start does.
  EXPECT_NEAR(filter.sigma().offset_ns, 3'000 * 2 / std::sqrt(3.0), 1e-6);
  // So an offset of 3 us is most likely one of 2250 ppb, as of 1.33 s ago.
  const auto seen = filter.Read(NoiseModel(), Direction::kFromMaster, 0, 0, 0);
  EXPECT_NEAR(seen.gain[1] / seen.gain[0], 2'250.0 / 3'000, 1e-6);
}

TEST(ClockFilter, FindsOffsetAndDelayFromBothDirections) {
  ClockFilter filter(1);
  filter.Start({0, 0, 0}, {100'000, 10, 100'000});
  sim::Random random(1);
  NoiseModel noise;
  for (int i = 0; i < 200; ++i) {
    filter.Advance(1, 0, 0.1);
    for (const auto direction : {Direction::kFromMaster, Direction::kToMaster}) {
      const double sign = direction == Direction::kFromMaster ? 1 : -1;
      const auto reading =
          filter.Read(noise, direction, 50'000 + sign * 7'000 + random.Exponential(2'000), 0, 0);
      filter.Accept(reading);
      noise.Learn(reading.noise.shares, 1);
    }
  }
  EXPECT_NEAR(filter.state().offset_ns, 7'000, 300);
  EXPECT_NEAR(filter.state().delay_ns, 50'000, 600);
  EXPECT_LT(filter.sigma().offset_ns, 200);
}

TEST(ClockFilter, HoldsAnOldMeasurementAgainstThePast) {
  ClockFilter filter(1);
  filter.Start({0, 1'000, 5'000}, {10, 1, 10});
  filter.Advance(1, 0, 0);  // the offset is 1000 now, 500 half a second ago
  const auto reading = filter.Read(NoiseModel(), Direction::kFromMaster, 5'500, 0.5, 0);
  EXPECT_NEAR(reading.innovation_ns, 0, 1e-9);
}

TEST(ClockFilter, BlendHasTheMeanAndTheSpreadOfItsParts) {
  std::array<ClockFilter, 2> filters;
  filters[0].Start({0, 0, 0}, {3, 1, 1});
  filters[1].Start({10, 0, 0}, {3, 1, 1});
  const std::array<double, 2> share = {0.5, 0.5};
  ClockFilter blend;
  blend.Blend(filters.data(), share.data(), 2);
  EXPECT_DOUBLE_EQ(blend.state().offset_ns, 5);
  EXPECT_DOUBLE_EQ(blend.sigma().offset_ns, std::sqrt(9.0 + 25.0));
}

}  // namespace
}  // namespace ptpcore::servo
