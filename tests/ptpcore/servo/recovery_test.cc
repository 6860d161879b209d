// How soon the adaptive servo recognises that something has changed, and how far
// the clock is dragged meanwhile. One Sync and one Delay_Req a second.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ptpcore/sim/servo_run.h"

namespace ptpcore::servo {
namespace {

using sim::FindWorld;
using sim::ServoRun;
using sim::World;

struct Case {
  const char* name;
  const char* world;
  std::function<void(ServoRun&)> change;
  double near_ns;    // counts as recovered
  double usual_s;    // the median seed recovers within
  double longest_s;  // every seed does
  double drag_ns;    // the median seed's largest error from then on
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.world << " " << c.name;
}

std::function<void(ServoRun&)> Route(double from_master, double to_master) {
  return [=](ServoRun& run) {
    run.world().from_master.constant_ns += from_master;
    run.world().to_master.constant_ns += to_master;
  };
}

std::function<void(ServoRun&)> Frequency(double ppb) {
  return [=](ServoRun& run) { run.clock().oscillator().Jump(ppb); };
}

std::function<void(ServoRun&)> Master(int64_t ns) {
  return [=](ServoRun& run) { run.MasterJumps(ns); };
}

class Recovery : public testing::TestWithParam<Case> {};

TEST_P(Recovery, TakesSeconds) {
  const Case& c = GetParam();
  std::vector<double> took;
  std::vector<double> drag;
  for (uint64_t seed = 7'000; seed < 7'011; ++seed) {
    World world = FindWorld(c.world);
    world.from_master.constant_ns = world.to_master.constant_ns = 150'000;
    auto servo = NewServo({});
    ServoRun run(world, *servo, seed);
    run.RunUntil(500);
    c.change(run);
    run.RunUntil(650);
    took.push_back(run.ConvergedAfter(c.near_ns, 500));
    double largest = 0;
    for (const ServoRun::Truth& look : run.truth()) {
      if (look.at_s > 500) largest = std::max(largest, std::abs(look.offset_ns));
    }
    drag.push_back(largest);
    EXPECT_LE(took.back(), c.longest_s) << "seed " << seed;
    EXPECT_EQ(run.steps(), 1) << "seed " << seed;
  }
  std::sort(took.begin(), took.end());
  std::sort(drag.begin(), drag.end());
  EXPECT_LE(took[took.size() / 2], c.usual_s);
  EXPECT_LE(drag[drag.size() / 2], c.drag_ns);
}

INSTANTIATE_TEST_SUITE_P(Changes, Recovery,
                         testing::Values(
                             // A route that changes is no reason for the clock to move at all.
                             Case{"Longer", "hw", Route(100'000, 100'000), 300, 0, 0, 150},
                             Case{"Shorter", "hw", Route(-100'000, -100'000), 300, 0, 0, 150},
                             Case{"Longer", "lan", Route(100'000, 100'000), 1'500, 0, 0, 800},
                             Case{"Shorter", "lan", Route(-100'000, -100'000), 1'500, 0, 0, 800},
                             // One direction only: held to be the route as well.
                             Case{"SyncLonger", "hw", Route(100'000, 0), 300, 0, 0, 150},
                             Case{"SyncShorter", "hw", Route(-100'000, 0), 300, 0, 0, 150},
                             Case{"RequestLonger", "hw", Route(0, 100'000), 300, 0, 0, 150},
                             Case{"SyncLonger", "lan", Route(100'000, 0), 1'500, 0, 0, 800},
                             Case{"RequestShorter", "lan", Route(0, -100'000), 1'500, 0, 0, 800},
                             // The clock itself.
                             Case{"Faster", "hw", Frequency(5'000), 300, 8, 15, 30'000},
                             Case{"Slower", "hw", Frequency(-5'000), 300, 8, 15, 30'000},
                             Case{"Faster", "lan", Frequency(5'000), 1'000, 13, 100, 35'000},
                             Case{"Slower", "lan", Frequency(-5'000), 1'000, 13, 100, 35'000},
                             Case{"MasterBack", "hw", Master(-100'000), 300, 8, 15, 101'000},
                             Case{"MasterAhead", "lan", Master(100'000), 1'000, 8, 20, 101'000},
                             Case{"MasterBack", "lan", Master(-100'000), 1'000, 8, 20, 101'000}),
                         [](const auto& test) {
                           return std::string(test.param.world) + test.param.name;
                         });

TEST(NewAsymmetry, IsToldAndForgottenWhenItIsOver) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 7'000);
  run.RunUntil(500);
  Route(100'000, 0)(run);
  run.RunUntil(600);
  EXPECT_NEAR(servo->estimate().asymmetry_ns, 100'000, 2'000);
  Route(-100'000, 0)(run);
  run.RunUntil(700);
  EXPECT_EQ(servo->estimate().asymmetry_ns, 0);
  EXPECT_LT(run.Rms(500), 500);
}

// A change within the noise of the path cannot be told from the clock's; what the
// clock is then dragged by is half of it, as with any servo.
TEST(NewAsymmetry, DragsByHalfWhenItIsWithinTheNoise) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("busy"), *servo, 7'000);
  run.RunUntil(500);
  Route(20'000, 0)(run);
  run.RunUntil(1'000);
  EXPECT_LT(std::abs(run.Offset()), 12'000);
}

// The master runs `ppm` too fast for a minute.
void RampMaster(ServoRun& run, double ppm) {
  const double from = run.now_s();
  for (int i = 1; i <= 600; ++i) {
    run.MasterJumps(static_cast<int64_t>(ppm * 100));
    run.RunUntil(from + i * 0.1);
  }
}

TEST(RampingMaster, IsFollowedAsFarAsAnOscillatorMayChange) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 7'000);
  run.RunUntil(500);
  RampMaster(run, 10);
  EXPECT_TRUE(servo->estimate().calibrated);
  EXPECT_LT(std::abs(run.Offset()), 20'000);
}

TEST(RampingMaster, IsNotFollowedBeyondThat) {
  for (const double ppm : {50.0, -50.0, 200.0}) {
    auto servo = NewServo({});
    ServoRun run(FindWorld("lan"), *servo, 7'000);
    run.RunUntil(500);
    const double before = servo->estimate().frequency_ppb;
    RampMaster(run, ppm);
    EXPECT_NEAR(servo->estimate().frequency_ppb, before, 20'000) << ppm;
    EXPECT_FALSE(servo->estimate().calibrated) << ppm;
    EXPECT_EQ(servo->estimate().last_rejection, Rejection::kAbsurd) << ppm;
    EXPECT_LT(std::abs(run.clock().TrueOffset()), std::abs(ppm) * 60'000 / 4) << "of the way";
    EXPECT_EQ(run.steps(), 1) << ppm;
  }
}

TEST(RampingMaster, IsBelievedInTheEndForAnOscillatorMayBreak) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 7'000);
  run.RunUntil(500);
  run.clock().oscillator().Jump(50'000);
  run.RunUntil(900);
  EXPECT_LT(std::abs(run.Offset()), 1'000);
  EXPECT_TRUE(servo->estimate().calibrated);
  EXPECT_EQ(run.steps(), 1);
}

}  // namespace
}  // namespace ptpcore::servo
