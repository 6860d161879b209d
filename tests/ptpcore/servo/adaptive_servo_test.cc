// The servo as the engine sees it: through servo.h, on simulated networks.
#include "ptpcore/servo/adaptive_servo.h"

#include <cmath>
#include <limits>
#include <memory>

#include "gtest/gtest.h"
#include "ptpcore/sim/servo_run.h"

namespace ptpcore::servo {
namespace {

using sim::FindWorld;
using sim::ServoRun;
using sim::World;

// A world whose true offset must stay within `bound_ns` RMS. The bounds lie some
// 20 % above what the servo reaches, and all of them well below the goals.
struct Case {
  const char* world;
  double bound_ns;
};

class InWorld : public testing::TestWithParam<Case> {};

TEST_P(InWorld, KeepsTheTrueOffsetSmall) {
  double sum = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    auto servo = NewServo({});
    ServoRun run(FindWorld(GetParam().world), *servo, seed);
    run.RunUntil(2'000);
    sum += run.Rms(1'000);
    EXPECT_LE(run.ConvergedAfter(run.world().near_ns), 10) << "seed " << seed;
    EXPECT_TRUE(servo->estimate().calibrated) << "seed " << seed;
    EXPECT_EQ(run.steps(), 1) << "seed " << seed;
  }
  EXPECT_LT(sum / 3, GetParam().bound_ns);
}

INSTANTIATE_TEST_SUITE_P(Worlds, InWorld,
                         testing::Values(Case{"hw", 5.5}, Case{"lan", 115}, Case{"busy", 480},
                                         Case{"burst", 125}, Case{"asym", 160}, Case{"vm", 1'400}),
                         [](const auto& test) { return std::string(test.param.world); });

World FarOff() {
  World world = FindWorld("lan");
  world.offset_ns = 500'000'000;
  world.frequency_ppb = 50'000;
  return world;
}

TEST(AdaptiveServo, StartsHalfASecondOffAndConvergesWithinTenSeconds) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    auto servo = NewServo({});
    ServoRun run(FarOff(), *servo, seed);
    run.RunUntil(60);
    EXPECT_LE(run.ConvergedAfter(100'000), 10);
    EXPECT_EQ(run.steps(), 1);
    EXPECT_NEAR(servo->estimate().mean_path_delay_ns, 50'000, 3'000);
    EXPECT_NEAR(servo->estimate().frequency_ppb, -50'000, 500);
    const auto& truth = run.truth();
    EXPECT_FALSE(truth.front().calibrated);
    EXPECT_TRUE(truth[12 * 4].calibrated) << "within 12 s";
  }
}

TEST(AdaptiveServo, WithstandsAMachineThatSchedulesBadly) {
  World world = FarOff();
  for (sim::LinkModel* link : {&world.from_master, &world.to_master}) {
    link->constant_ns = 12'000;
    link->queue_ns = 20'000;
    link->spike_chance = 0.05;
    link->spike_ns = 5'000'000;
  }
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    auto servo = NewServo({});
    ServoRun run(world, *servo, seed);
    run.RunUntil(120);
    EXPECT_LE(run.ConvergedAfter(1'000'000), 10) << seed;
    EXPECT_LT(run.Rms(40), 30'000) << seed;
    EXPECT_TRUE(servo->estimate().calibrated) << seed;
  }
}

TEST(AdaptiveServo, SlewsInsteadOfSteppingWhenThatIsTheRule) {
  ServoConfig config;
  config.step_rule = StepRule::kNever;
  World world = FindWorld("lan");
  world.offset_ns = 20'000'000;
  auto servo = NewServo(config);
  ServoRun run(world, *servo, 1);
  run.RunUntil(10);
  EXPECT_TRUE(servo->estimate().slewing_at_maximum);
  EXPECT_FALSE(servo->estimate().calibrated);
  run.RunUntil(120);
  EXPECT_EQ(run.steps(), 0);
  EXPECT_LT(std::abs(run.Offset()), 10'000);
  EXPECT_FALSE(servo->estimate().slewing_at_maximum);
  EXPECT_TRUE(servo->estimate().calibrated);
  EXPECT_LE(run.largest_frequency_ppb(), 500'000);
}

TEST(AdaptiveServo, SmallOffsetsAtFirstLockAreSlewed) {
  World world = FindWorld("hw");
  world.offset_ns = -10'000;
  world.frequency_ppb = 0;
  auto servo = NewServo({});
  ServoRun run(world, *servo, 1);
  run.RunUntil(30);
  EXPECT_EQ(run.steps(), 0);
  EXPECT_LT(std::abs(run.Offset()), 100);
}

TEST(AdaptiveServo, StepsDecadesInOneGo) {
  World world = FindWorld("lan");
  world.offset_ns = 1'700'000'000LL * 1'000'000'000;  // 1970 and today
  auto servo = NewServo({});
  ServoRun run(world, *servo, 1);
  run.RunUntil(60);
  EXPECT_EQ(run.steps(), 1);
  EXPECT_LE(run.ConvergedAfter(10'000), 10);
}

TEST(AdaptiveServo, FollowsAJumpOfTheMasterWithoutAStep) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.RunUntil(300);
  run.MasterJumps(-20'000'000);
  run.RunUntil(310);
  EXPECT_FALSE(servo->estimate().calibrated);
  run.RunUntil(400);
  EXPECT_LT(std::abs(run.Offset()), 2'000);
  EXPECT_TRUE(servo->estimate().calibrated);
  EXPECT_EQ(run.steps(), 1) << "only the first";
}

TEST(AdaptiveServo, StepsAfterAJumpWhereThatIsTheRule) {
  ServoConfig config;
  config.step_rule = StepRule::kAlways;
  config.step_threshold_ns = 10'000'000;
  auto servo = NewServo(config);
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.RunUntil(300);
  run.MasterJumps(50'000'000);
  run.RunUntil(340);
  EXPECT_GE(run.steps(), 2);
  EXPECT_LT(std::abs(run.Offset()), 10'000);
}

TEST(AdaptiveServo, ANewRouteDoesNotDragTheClockAway) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.RunUntil(500);
  for (const double by : {100'000.0, -100'000.0}) {
    const double from = run.now_s();
    run.world().from_master.constant_ns += by;
    run.world().to_master.constant_ns += by;
    run.RunUntil(from + 500);
    EXPECT_LT(run.ConvergedAfter(2'000, from), 30) << by;
    EXPECT_LT(run.Rms(from + 100), 200) << by;
  }
}

TEST(AdaptiveServo, LearnsAJumpOfTheFrequency) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.RunUntil(500);
  run.clock().oscillator().Jump(5'000);
  run.RunUntil(1'000);
  EXPECT_LT(run.ConvergedAfter(2'000, 500), 30);
}

TEST(AdaptiveServo, HoldsTheClockWhileDelayResponsesAreMissing) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.RunUntil(500);
  run.SetDelaysSent(false);
  run.RunUntil(1'000);
  EXPECT_LT(run.Rms(500), 1'000);
  EXPECT_TRUE(servo->estimate().calibrated);
}

TEST(AdaptiveServo, DoesNothingBeforeADelayIsKnown) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.SetDelaysSent(false);
  run.RunUntil(60);
  EXPECT_EQ(run.steps(), 0);
  EXPECT_EQ(run.largest_frequency_ppb(), 0);
  EXPECT_FALSE(servo->estimate().delay_known);
  EXPECT_FALSE(servo->estimate().calibrated);
}

TEST(AdaptiveServo, WorksAtEveryRateAndWithHalfOfThePacketsLost) {
  struct Rate {
    double interval_s, seconds, bound_ns;
  };
  for (const Rate& rate : {Rate{1.0 / 128, 30, 100}, Rate{1.0 / 8, 200, 150}, Rate{1, 1'000, 500},
                           Rate{16, 8'000, 3'000}}) {
    World world = FindWorld("lan");
    world.interval_s = rate.interval_s;
    world.from_master.loss = world.to_master.loss = 0.5;
    auto servo = NewServo({});
    ServoRun run(world, *servo, 1);
    run.RunUntil(rate.seconds);
    EXPECT_LT(run.Rms(rate.seconds / 2), rate.bound_ns) << rate.interval_s;
    EXPECT_TRUE(servo->estimate().calibrated) << rate.interval_s;
  }
}

TEST(AdaptiveServo, ResetKeepsTheFrequencyAndForgetsTheRest) {
  auto servo = NewServo({});
  servo->Reset(-20'000, /*may_step=*/true);
  EXPECT_EQ(servo->estimate().frequency_ppb, -20'000);
  EXPECT_FALSE(servo->estimate().delay_known);
  EXPECT_FALSE(servo->OnSync({1'000'000'000, 1'000'050'000, 0}).frequency_ppb);
  EXPECT_EQ(servo->estimate().frequency_ppb, -20'000);
}

TEST(AdaptiveServo, AfterAResetItLocksAgainWithoutAStep) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.RunUntil(200);
  servo->Reset(servo->estimate().frequency_ppb, /*may_step=*/false);
  EXPECT_FALSE(servo->estimate().calibrated);
  run.MasterJumps(300'000);  // another master, another offset
  run.RunUntil(260);
  EXPECT_EQ(run.steps(), 1);
  EXPECT_LT(std::abs(run.Offset()), 2'000);
  EXPECT_TRUE(servo->estimate().calibrated);
}

TEST(AdaptiveServo, OneAbsurdMeasurementChangesNothing) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.RunUntil(300);
  const int64_t now = run.clock().Read();
  const double before = servo->estimate().frequency_ppb;
  servo->OnSync({now - 3'600'000'000'000, now, 0});
  servo->OnSync({now, now, std::numeric_limits<double>::quiet_NaN()});
  servo->OnDelay({now, now, std::numeric_limits<double>::infinity()});
  servo->OnDelay({std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), 0});
  EXPECT_EQ(servo->estimate().frequency_ppb, before);
  EXPECT_TRUE(servo->estimate().calibrated);
  run.RunUntil(600);
  EXPECT_LT(run.Rms(300), 400);
}

// Arbitrary numbers: mostly plausible ones with absurd ones among them.
TEST(AdaptiveServo, StaysFiniteAndWithinItsLimitsWhateverComes) {
  sim::Random random(99);
  int commands = 0;
  for (int round = 0; round < 300; ++round) {
    ServoConfig config;
    config.step_rule = static_cast<StepRule>(random.Bits() % 3);
    config.max_frequency_ppb = random.Chance(0.5) ? 500'000 : 100;
    auto servo = NewServo(config);
    int64_t local = static_cast<int64_t>(random.Bits() >> 2);
    int64_t master = random.Chance(0.5) ? local : static_cast<int64_t>(random.Bits() >> 2);
    for (int i = 0; i < 200; ++i) {
      const auto by = static_cast<int64_t>(random.Exponential(random.Chance(0.1) ? 1e12 : 1e8));
      local += by;
      master += by;
      OneWay flight{master, local + static_cast<int64_t>(random.Exponential(1e5)), 0};
      if (random.Chance(0.03)) flight.master_ns = static_cast<int64_t>(random.Bits());
      if (random.Chance(0.03)) flight.local_ns = static_cast<int64_t>(random.Bits());
      if (random.Chance(0.05)) flight.local_ns -= static_cast<int64_t>(random.Exponential(1e9));
      if (random.Chance(0.03)) flight.correction_ns = random.Gaussian() * 1e300 * 1e300;
      if (random.Chance(0.05)) flight.correction_ns = random.Gaussian() * 1e11;
      const Command command = random.Chance(0.5) ? servo->OnSync(flight) : servo->OnDelay(flight);
      if (command.frequency_ppb) {
        ++commands;
        ASSERT_TRUE(std::isfinite(*command.frequency_ppb));
        ASSERT_LE(std::abs(*command.frequency_ppb), config.max_frequency_ppb);
      }
      ASSERT_FALSE(config.step_rule == StepRule::kNever && command.step_ns);
      if (command.step_ns) local += *command.step_ns;
      const Estimate& estimate = servo->estimate();
      ASSERT_TRUE(
          std::isfinite(estimate.offset_ns + estimate.mean_path_delay_ns + estimate.frequency_ppb));
    }
  }
}

}  // namespace
}  // namespace ptpcore::servo
