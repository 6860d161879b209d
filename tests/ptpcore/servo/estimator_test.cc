#include "ptpcore/servo/estimator.h"

#include <cmath>

#include "gtest/gtest.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::servo {
namespace {

// A free-running clock whose frequency walks by `wander` ppb per second, measured
// once a second in both directions.
struct Scene {
  explicit Scene(double walk) : wander(walk) { estimator.Start({0, 0, 50'000}, {100, 100, 100}); }

  void Run(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      offset += rate;
      rate += wander * random.Gaussian();
      estimator.Advance(1, 0);
      estimator.See(Direction::kFromMaster, delay + offset + random.Exponential(500), 0, 0);
      estimator.See(Direction::kToMaster, delay - offset + random.Exponential(500), 0, 0);
      const double error = (estimator.state().offset_ns - offset) / estimator.sigma().offset_ns;
      errors += error * error;
      ++count;
    }
  }

  sim::Random random{7};
  double wander;
  double delay = 50'000;
  double offset = 0;
  double rate = 0;
  double errors = 0;  // squared, in units of what the estimator claims
  int count = 0;
  Estimator estimator;
};

TEST(Estimator, FollowsAFreeRunningClock) {
  Scene scene(1);
  scene.Run(500);
  EXPECT_NEAR(scene.estimator.state().offset_ns, scene.offset, 150);
  EXPECT_NEAR(scene.estimator.state().rate_ppb, scene.rate, 25);
}

TEST(Estimator, LearnsHowMuchTheOscillatorWanders) {
  Scene calm(0.1);
  Scene wild(30);
  calm.Run(1'000);
  wild.Run(1'000);
  EXPECT_LT(calm.estimator.wander_ppb(), 5);
  EXPECT_GT(wild.estimator.wander_ppb(), 8);
}

TEST(Estimator, IsHonestAboutItsUncertainty) {
  Scene scene(1);
  scene.Run(3'000);
  EXPECT_LT(scene.errors / scene.count, 2.5);
  EXPECT_GT(scene.errors / scene.count, 0.2);
}

TEST(Estimator, RecognisesALongerPathAndLeavesTheOffsetAlone) {
  Scene scene(1);
  scene.Run(300);
  scene.delay += 100'000;
  scene.Run(40);
  EXPECT_NEAR(scene.estimator.state().delay_ns, 150'000, 1'000);
  EXPECT_NEAR(scene.estimator.state().offset_ns, scene.offset, 500);
}

TEST(Estimator, RecognisesAShorterPath) {
  Scene scene(1);
  scene.Run(300);
  scene.delay -= 30'000;
  scene.Run(40);
  EXPECT_NEAR(scene.estimator.state().delay_ns, 20'000, 1'000);
  EXPECT_NEAR(scene.estimator.state().offset_ns, scene.offset, 500);
}

TEST(Estimator, RecognisesAJumpOfTheOffset) {
  Scene scene(1);
  scene.Run(300);
  scene.offset += 250'000;
  scene.Run(40);
  EXPECT_NEAR(scene.estimator.state().offset_ns, scene.offset, 500);
}

}  // namespace
}  // namespace ptpcore::servo
