// What the adaptive servo says of its own error, against the truth. The seeds are
// others than those that the servo was tuned with.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "ptpcore/sim/servo_run.h"

namespace ptpcore::servo {
namespace {

using sim::FindWorld;
using sim::ServoRun;
using sim::World;

struct Case {
  const char* world;
  const char* variant;
  double interval_s;
  double loss;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.world << " " << c.variant;
}

class Bound : public testing::TestWithParam<Case> {};

TEST_P(Bound, HoldsNinetyFiveTimesInAHundredAndIsNotAbsurdlyWide) {
  World world = FindWorld(GetParam().world);
  world.interval_s = GetParam().interval_s;
  world.from_master.loss = world.to_master.loss = GetParam().loss;
  const double seconds = 2'000 * world.interval_s + 200;
  const double settled = seconds / 5;
  double looks = 0;
  double held = 0;
  double bounds = 0;
  double squares = 0;
  for (uint64_t seed = 5'000; seed < 5'005; ++seed) {
    auto servo = NewServo({});
    ServoRun run(world, *servo, seed);
    sim::Random when(seed);
    for (double at = 0; at < seconds; at += when.Uniform(world.interval_s)) {
      run.RunUntil(at);
      const Estimate& estimate = servo->estimate();
      if (!estimate.calibrated) continue;
      ++looks;
      if (std::abs(run.Offset()) <= estimate.bound_95_ns) ++held;
      if (at < settled) continue;
      bounds += estimate.bound_95_ns;
      squares += run.Offset() * run.Offset();
    }
  }
  ASSERT_GT(looks, 10'000);
  EXPECT_GE(held / looks, 0.95);
  const double settled_looks = looks * (1 - settled / seconds);
  EXPECT_LT(bounds / settled_looks, 4.5 * std::sqrt(squares / settled_looks));
}

INSTANTIATE_TEST_SUITE_P(Worlds, Bound,
                         testing::Values(Case{"hw", "1s", 1, 0}, Case{"lan", "1s", 1, 0},
                                         Case{"busy", "1s", 1, 0}, Case{"burst", "1s", 1, 0},
                                         Case{"asym", "1s", 1, 0}, Case{"vm", "1s", 1, 0},
                                         Case{"hw", "8Hz", 0.125, 0}, Case{"lan", "8Hz", 0.125, 0},
                                         Case{"vm", "8Hz", 0.125, 0}, Case{"hw", "16s", 16, 0},
                                         Case{"lan", "16s", 16, 0}, Case{"vm", "16s", 16, 0},
                                         Case{"lan", "loss", 1, 0.2}, Case{"busy", "loss", 1, 0.2},
                                         Case{"vm", "loss", 1, 0.2}),
                         [](const auto& test) {
                           return std::string(test.param.world) + test.param.variant;
                         });

// The start, when neither the noise nor the frequency is known: at any time since the
// first lock, in any network and at any rate.
struct Start {
  double queue_ns;  // mean of the exponential queueing delay
  double interval_s;
};

void PrintTo(const Start& s, std::ostream* out) {
  *out << s.queue_ns << " ns of noise, a Sync each " << s.interval_s << " s";
}

class BoundAtTheStart : public testing::TestWithParam<Start> {};

TEST_P(BoundAtTheStart, HoldsFromTheFirstLockOn) {
  World world = FindWorld("lan");
  world.from_master.constant_ns = world.to_master.constant_ns = 10 * GetParam().queue_ns;
  world.from_master.queue_ns = world.to_master.queue_ns = GetParam().queue_ns;
  world.interval_s = GetParam().interval_s;
  const double unit_s = std::max(1.0, world.interval_s);
  constexpr std::array<double, 5> kUntil = {1, 3, 8, 20, 40};  // units since the lock
  std::array<double, kUntil.size()> looks{};
  std::array<double, kUntil.size()> held{};
  for (uint64_t seed = 9'000; seed < 9'030; ++seed) {
    auto servo = NewServo({});
    ServoRun run(world, *servo, seed);
    sim::Random when(seed);
    double locked_s = -1;
    for (double at = 0; locked_s < 0 || at < locked_s + kUntil.back() * unit_s;
         at += when.Uniform(0.2 * unit_s)) {
      ASSERT_LT(at, 100 * unit_s) << "has not locked, seed " << seed;
      run.RunUntil(at);
      if (!servo->estimate().calibrated) continue;
      if (locked_s < 0) locked_s = at;
      size_t i = 0;
      while (i + 1 < kUntil.size() && at > locked_s + kUntil[i] * unit_s) ++i;
      ++looks[i];
      if (std::abs(run.Offset()) <= servo->estimate().bound_95_ns) ++held[i];
    }
  }
  for (size_t i = 0; i < kUntil.size(); ++i) {
    EXPECT_GE(held[i] / looks[i], 0.95) << "until " << kUntil[i] * unit_s << " s after the lock";
  }
}

INSTANTIATE_TEST_SUITE_P(Range, BoundAtTheStart,
                         testing::Values(Start{10, 1.0 / 128}, Start{10, 1}, Start{10, 16},
                                         Start{2'000, 0.125}, Start{2'000, 1}, Start{2'000, 16},
                                         Start{20'000, 1.0 / 128}, Start{20'000, 0.125},
                                         Start{20'000, 1}, Start{20'000, 16},
                                         Start{1'000'000, 1.0 / 128}, Start{1'000'000, 0.125},
                                         Start{1'000'000, 1}, Start{1'000'000, 16}));

TEST(Estimate, ExplainsItself) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 5'000);
  run.RunUntil(1'000);
  const Estimate& estimate = servo->estimate();
  EXPECT_GT(estimate.root_dispersion_ns, 20);
  EXPECT_LT(estimate.root_dispersion_ns, 300);
  EXPECT_NEAR(estimate.noise_ns, 2'000 * std::log(2), 400) << "half of the excesses";
  EXPECT_GT(estimate.wander_ppb, 0.3);
  EXPECT_LT(estimate.wander_ppb, 10);
  EXPECT_EQ(estimate.asymmetry_ns, 0);
}

TEST(Estimate, SaysWhyAMeasurementWasNotUsed) {
  auto servo = NewServo({});
  ServoRun run(FindWorld("lan"), *servo, 5'000);
  run.RunUntil(300);
  int64_t now = run.clock().Read();
  servo->OnSync({now - 90'000, now, 0});  // 40 us in a queue
  EXPECT_EQ(servo->estimate().last_rejection, Rejection::kDelayed);
  EXPECT_LT(servo->estimate().last_weight, 1e-3);
  now += 1'000'000'000;
  servo->OnSync({now + 5'000'000, now, 0});  // before it was sent
  EXPECT_EQ(servo->estimate().last_rejection, Rejection::kAbsurd);
  servo->OnSync({now - 10'000'050'000, now - 10'000'000'000, 0});
  EXPECT_EQ(servo->estimate().last_rejection, Rejection::kOutOfPlace);
  now += 1'000'000'000;
  servo->OnSync({now - 50'000, now, 0});  // no queue at all
  EXPECT_EQ(servo->estimate().last_rejection, Rejection::kNone);
  EXPECT_GT(servo->estimate().last_weight, 0.1);
}

// The master falls silent; the engine notices three intervals later.
class Silence : public testing::TestWithParam<const char*> {};

TEST_P(Silence, UncertaintyGrowsHonestlyAndTheWayBackIsWithoutAStep) {
  constexpr int kSeeds = 200;
  constexpr double kLost_s = 600;
  constexpr double kAfter[] = {10, 100, 1'000};
  int held[3] = {};
  double bound[3] = {};
  double square[3] = {};
  for (uint64_t seed = 6'000; seed < 6'000 + kSeeds; ++seed) {
    const World world = FindWorld(GetParam());
    auto servo = NewServo({});
    ServoRun run(world, *servo, seed);
    run.RunUntil(kLost_s);
    run.world().from_master.loss = run.world().to_master.loss = 1;
    run.RunUntil(kLost_s + 3 * world.interval_s);
    const Command command = servo->OnSilence(run.clock().Read());
    ASSERT_TRUE(command.frequency_ppb && !command.step_ns);
    run.clock().SetFrequency(*command.frequency_ppb);
    for (int i = 0; i < 3; ++i) {
      run.RunUntil(kLost_s + kAfter[i]);
      const Holdover now = servo->PredictHoldover(run.clock().Read());
      if (std::abs(run.Offset()) <= now.bound_95_ns) ++held[i];
      bound[i] += now.bound_95_ns / kSeeds;
      square[i] += run.Offset() * run.Offset() / kSeeds;
    }
    run.world().from_master.loss = run.world().to_master.loss = 0;
    run.RunUntil(kLost_s + 1'100);
    EXPECT_EQ(run.steps(), 1) << "only the first";
    EXPECT_LT(std::abs(run.Offset()), 6 * world.goal_ns);
    EXPECT_TRUE(servo->estimate().calibrated);
  }
  for (int i = 0; i < 3; ++i) {
    EXPECT_GE(held[i], kSeeds * 0.95) << kAfter[i];
    EXPECT_LT(bound[i], 6 * std::sqrt(square[i])) << kAfter[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, Silence, testing::Values("hw", "lan", "busy", "vm"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace ptpcore::servo
