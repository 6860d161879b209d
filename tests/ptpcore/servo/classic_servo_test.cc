// `pi` and `linreg` as the engine sees them.
#include <cmath>
#include <string>

#include "gtest/gtest.h"
#include "ptpcore/sim/servo_run.h"

namespace ptpcore::servo {
namespace {

using sim::FindWorld;
using sim::ServoRun;
using sim::World;

class Classic : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Servo> Make(const ServoConfig& config = {}) {
    return NewServo(GetParam(), config);
  }
};

TEST_P(Classic, IsKnownByItsName) {
  EXPECT_EQ(Make()->name(), GetParam());
}

TEST_P(Classic, KeepsTheClockAsWellAsLinuxptpDoes) {
  for (const auto& [world, bound] : {std::pair("hw", 13.0), {"lan", 750.0}, {"busy", 7'500.0}}) {
    ServoConfig config;
    config.hardware_timestamps = std::string(world) == "hw";
    auto servo = Make(config);
    ServoRun run(FindWorld(world), *servo, 1);
    run.RunUntil(4'000);
    EXPECT_LT(run.Rms(2'000), bound) << world;
    EXPECT_TRUE(servo->estimate().calibrated) << world;
    EXPECT_EQ(run.steps(), 1) << world;
    EXPECT_GT(servo->estimate().root_dispersion_ns, 0) << world;
  }
}

TEST_P(Classic, FollowsTheStepRule) {
  ServoConfig config;
  config.step_rule = StepRule::kNever;
  World world = FindWorld("lan");
  world.offset_ns = 2'000'000;
  auto never = Make(config);
  ServoRun run(world, *never, 1);
  run.RunUntil(600);
  EXPECT_EQ(run.steps(), 0);
  EXPECT_LT(std::abs(run.Offset()), 20'000);
  EXPECT_LE(run.largest_frequency_ppb(), config.max_frequency_ppb);
}

TEST_P(Classic, StepsDecadesInOneGo) {
  World world = FindWorld("lan");
  world.offset_ns = 1'700'000'000LL * 1'000'000'000;
  auto servo = Make();
  ServoRun run(world, *servo, 1);
  run.RunUntil(300);
  EXPECT_EQ(run.steps(), 1);
  EXPECT_LT(run.Rms(100), 20'000);
}

TEST_P(Classic, WorksAtOtherRates) {
  for (const auto& [interval, seconds] : {std::pair(1.0 / 8, 400.0), {16.0, 16'000.0}}) {
    World world = FindWorld("lan");
    world.interval_s = interval;
    auto servo = Make();
    ServoRun run(world, *servo, 1);
    run.RunUntil(seconds);
    EXPECT_LT(run.Rms(seconds / 2), 10'000) << interval;
  }
}

TEST_P(Classic, RunsOnAtItsFrequencyInSilence) {
  auto servo = Make();
  ServoRun run(FindWorld("lan"), *servo, 1);
  run.RunUntil(1'000);
  const Command command = servo->OnSilence(run.clock().Read());
  ASSERT_TRUE(command.frequency_ppb);
  EXPECT_NEAR(*command.frequency_ppb, -20'000, 300);
  const int64_t now = run.clock().Read();
  EXPECT_GT(servo->PredictHoldover(now + 1'000'000'000'000).bound_95_ns,
            servo->PredictHoldover(now + 1'000'000'000).bound_95_ns);
}

INSTANTIATE_TEST_SUITE_P(Servos, Classic, testing::Values("pi", "linreg"),
                         [](const auto& test) { return std::string(test.param); });

TEST(ServoNames, AllMakeAServoAndNoOtherDoes) {
  EXPECT_EQ(ServoNames(), (std::vector<std::string>{"adaptive", "pi", "linreg", "none"}));
  for (const std::string& name : ServoNames()) EXPECT_EQ(NewServo(name, {})->name(), name);
  EXPECT_EQ(NewServo("ntpshm", {}), nullptr);
}

}  // namespace
}  // namespace ptpcore::servo
