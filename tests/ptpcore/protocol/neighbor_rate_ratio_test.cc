#include "ptpcore/protocol/neighbor_rate_ratio.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

constexpr double kPpm = 1e-6;

// A neighbour whose clock runs `ppm` fast, seen once a second by late packets.
struct Neighbor {
  double ppm = 0;
  double noise_ns = 0;
  int64_t at_ns = 0;  // our clock
  int64_t neighbor_ns = 1'000 * kSecond;
  std::mt19937_64 random{1};

  void Pass(int64_t ns) {
    at_ns += ns;
    neighbor_ns += ns + std::llround(static_cast<double>(ns) * ppm * kPpm);
  }
  void Answer(NeighborRateRatio& ratio, int64_t late_ns = 0) {
    Pass(kSecond);
    const double noise =
        noise_ns > 0 ? std::exponential_distribution<double>(1 / noise_ns)(random) : 0;
    ratio.Add(neighbor_ns, {at_ns + std::llround(noise) + late_ns});
  }
  void Answer(NeighborRateRatio& ratio, int times) {
    for (int i = 0; i < times; ++i) Answer(ratio);
  }
};

double Ppm(const NeighborRateRatio& ratio) {
  return (ratio.ratio() - 1) / kPpm;
}

TEST(NeighborRateRatioTest, AFewExchangesTellThePace) {
  NeighborRateRatio ratio;
  Neighbor neighbor{40};
  EXPECT_FALSE(ratio.valid());
  EXPECT_EQ(ratio.ratio(), 1);
  neighbor.Answer(ratio, 3);
  EXPECT_TRUE(ratio.valid());
  EXPECT_NEAR(Ppm(ratio), 40, 0.01);
}

TEST(NeighborRateRatioTest, ManyTellItThroughTheNoiseOfSoftwareStamps) {
  for (const double ppm : {-100.0, 0.0, 100.0}) {
    NeighborRateRatio ratio;
    Neighbor neighbor{ppm, 20'000};
    neighbor.Answer(ratio, 16);
    EXPECT_NEAR(Ppm(ratio), ppm, 4) << ppm;
  }
}

TEST(NeighborRateRatioTest, OneLatePacketDoesNotMoveIt) {
  for (const int64_t late : {int64_t{100'000}, int64_t{8'000'000}, kSecond / 2}) {
    NeighborRateRatio ratio;
    Neighbor neighbor{40, 100};
    neighbor.Answer(ratio, 16);
    neighbor.Answer(ratio, late);
    EXPECT_NEAR(Ppm(ratio), 40, 0.1) << late;
    neighbor.Answer(ratio, 3);
    EXPECT_NEAR(Ppm(ratio), 40, 0.1) << late;
  }
}

TEST(NeighborRateRatioTest, ALatePacketAmongTheFirstIsMadeGood) {
  NeighborRateRatio ratio;
  Neighbor neighbor{40, 100};
  neighbor.Answer(ratio, 1);
  neighbor.Answer(ratio, int64_t{2'000'000});
  neighbor.Answer(ratio, 6);
  EXPECT_NEAR(Ppm(ratio), 40, 0.2);
}

TEST(NeighborRateRatioTest, AStepOfEitherClockDoesNotMoveIt) {
  for (const int64_t step : {int64_t{50'000}, int64_t{5'000'000}, 37 * kSecond, -37 * kSecond}) {
    NeighborRateRatio ratio;
    Neighbor neighbor{40, 100};
    neighbor.Answer(ratio, 16);
    neighbor.neighbor_ns += step;
    for (int i = 0; i < 40; ++i) {
      neighbor.Answer(ratio, 1);
      ASSERT_NEAR(Ppm(ratio), 40, 0.2) << step << " after " << i;
    }
    neighbor.at_ns += step;
    for (int i = 0; i < 40; ++i) {
      neighbor.Answer(ratio, 1);
      ASSERT_NEAR(Ppm(ratio), 40, 0.2) << step << " after " << i;
    }
  }
}

TEST(NeighborRateRatioTest, AChangeOfPaceIsFollowed) {
  NeighborRateRatio ratio;
  Neighbor neighbor{40, 100};
  neighbor.Answer(ratio, 16);
  neighbor.ppm = -400;  // it slews
  neighbor.Answer(ratio, 16);
  EXPECT_NEAR(Ppm(ratio), -400, 1);
}

TEST(NeighborRateRatioTest, WhenOurClockWasSteppedTheRatioHolds) {
  NeighborRateRatio ratio;
  Neighbor neighbor{40, 100};
  neighbor.Answer(ratio, 16);
  neighbor.at_ns += kSecond;
  ratio.StartOver();
  EXPECT_TRUE(ratio.valid());
  for (int i = 0; i < 20; ++i) {
    neighbor.Answer(ratio, 1);
    EXPECT_NEAR(Ppm(ratio), 40, 0.2);
  }
}

TEST(NeighborRateRatioTest, OfAnotherNeighborNothingIsKnown) {
  NeighborRateRatio ratio;
  Neighbor{40}.Answer(ratio, 16);
  ratio.Forget();
  EXPECT_FALSE(ratio.valid());
  EXPECT_EQ(ratio.ratio(), 1);
  Neighbor{-20}.Answer(ratio, 3);
  EXPECT_NEAR(Ppm(ratio), -20, 0.01);
}

TEST(NeighborRateRatioTest, NoTimesBreakIt) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const int64_t times[] = {kMin, kMin + 1, -kSecond, -1, 0, 1, kSecond, kMax - 1, kMax};
  std::mt19937 random(1);
  NeighborRateRatio ratio;
  for (int i = 0; i < 100'000; ++i) {
    ratio.Add(times[random() % std::size(times)], {times[random() % std::size(times)]});
    ASSERT_NEAR(ratio.ratio(), 1, NeighborRateRatio::kGreatestDifference * 1.001);
  }
}

}  // namespace
}  // namespace ptpcore::protocol
