// A jump of the frequency: what tells it from other surprises, and how soon the clock
// is right again. The seeds are others than those that the servo was tuned with.
#include "ptpcore/servo/frequency_jump.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ptpcore/sim/random.h"
#include "ptpcore/sim/servo_run.h"

namespace ptpcore::servo {
namespace {

constexpr double kDelay_ns = 50'000;

// A clock that is known to be right is seen each half second, by turns in both
// directions.
struct Scene {
  Scene() { usual.Start({0, 0, kDelay_ns}, {100, 10, 100}); }

  // The clock is `offset_ns` off, and the flight is `longer_ns` longer.
  bool See(double offset_ns, double longer_ns = 0) {
    jump.Advance(0.5, 0, 1);
    direction = direction == Direction::kFromMaster ? Direction::kToMaster : Direction::kFromMaster;
    const double sign = direction == Direction::kFromMaster ? 1 : -1;
    const double flight = kDelay_ns + sign * offset_ns + longer_ns + random.Exponential(500);
    const NoiseModel::Reading seen = usual.Read(noise, direction, flight, 0, 0).noise;
    return jump.See(usual, noise,
                    {direction, flight, 0, 0, seen.moments.log_evidence, seen.outlier,
                     1 - seen.moments.variance});
  }

  sim::Random random{11};
  Direction direction = Direction::kFromMaster;
  ClockFilter usual;
  NoiseModel noise;
  FrequencyJump jump;
};

TEST(FrequencyJump, IsCertainAfterAFewFlights) {
  for (const double ppb : {5'000.0, -5'000.0, 20'000.0, -20'000.0}) {
    Scene scene;
    for (int i = 0; i < 20; ++i) ASSERT_FALSE(scene.See(0));
    int flights = 1;
    while (!scene.See(ppb * 0.5 * flights)) ASSERT_LT(++flights, 12) << ppb;
    EXPECT_NEAR(scene.jump.filter().state().rate_ppb, ppb, 0.5 * std::abs(ppb));
    EXPECT_NEAR(scene.jump.filter().state().offset_ns, ppb * 0.5 * flights, 3'000);
  }
}

TEST(FrequencyJump, IsNotABrokenStamp) {
  Scene scene;
  for (int i = 0; i < 100; ++i) ASSERT_FALSE(scene.See(0, i % 20 == 0 ? -30'000 : 0)) << i;
}

TEST(FrequencyJump, IsNotAnotherRoute) {
  for (const double ns : {5'000.0, -5'000.0, 20'000.0, -20'000.0}) {
    Scene scene;
    for (int i = 0; i < 20; ++i) ASSERT_FALSE(scene.See(0, ns)) << ns;
  }
}

// Should it still be taken for one, then for one that left the frequency as it was.
TEST(FrequencyJump, IsFoundToBeNoneAfterAJumpOfTheOffset) {
  for (const double ns : {5'000.0, -5'000.0, 20'000.0, -20'000.0}) {
    Scene scene;
    for (int i = 0; i < 40; ++i) {
      if (!scene.See(ns)) continue;
      EXPECT_NEAR(scene.jump.filter().state().rate_ppb, 0, 0.1 * std::abs(ns));
      break;
    }
  }
}

// The whole servo.
struct Case {
  const char* world;
  int seeds;
  double usual_s;    // half of the seeds are near for good by then
  double longest_s;  // all of them are
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.world;
}

class AfterAJump : public testing::TestWithParam<Case> {};

TEST_P(AfterAJump, TheClockIsNearAgainWithinSeconds) {
  const sim::World world = sim::FindWorld(GetParam().world);
  for (const double ppb : {1'000.0, -1'000.0, 5'000.0, -5'000.0, 20'000.0, -20'000.0}) {
    std::vector<double> took;
    for (int i = 0; i < GetParam().seeds; ++i) {
      auto servo = NewServo({});
      sim::ServoRun run(world, *servo, 8'000 + static_cast<uint64_t>(i));
      const double at = 400 + 0.37 * (i % 5);
      run.RunUntil(at);
      run.clock().oscillator().Jump(ppb);
      run.RunUntil(at + 100);
      took.push_back(run.ConvergedAfter(world.near_ns, at));
      EXPECT_LE(took.back(), GetParam().longest_s) << ppb << " ppb, seed " << 8'000 + i;
      EXPECT_EQ(run.steps(), 1) << "only the first";
      EXPECT_TRUE(servo->estimate().calibrated);
    }
    std::sort(took.begin(), took.end());
    EXPECT_LE(took[took.size() / 2], GetParam().usual_s) << ppb;
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, AfterAJump,
                         testing::Values(Case{"hw", 50, 3.5, 8}, Case{"lan", 50, 4, 15},
                                         Case{"busy", 20, 6, 40}, Case{"vm", 20, 8, 50}),
                         [](const auto& test) { return std::string(test.param.world); });

}  // namespace
}  // namespace ptpcore::servo
