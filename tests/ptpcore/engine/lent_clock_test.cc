// The clock is lent to another program and taken back: whole engines in simulated time,
// beside a keeper that moves frequency and offset as chronyd does.
#include <cmath>
#include <cstdlib>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/engine/report.h"
#include "simulated_engine.h"

namespace ptpcore::engine {
namespace {

using hostctl::v1::PtpStats;
using protocol::PortState;
using ::testing::Contains;
using ::testing::HasSubstr;

// The oscillator is 50 ppm fast, so this is right.
constexpr double kRightPpb = -50'000;

class LentClockTest : public ::testing::Test {
 protected:
  LentClockTest() { config_ = SimulatedEngine::Config(); }

  void Configure() { ASSERT_TRUE(sim_.engine->Configure(config_).ok()); }
  void SetLent(bool lent) {
    config_.set_clock_lent(lent);
    Configure();
  }
  // The master is heard, or is not.
  void SetHeard(bool heard) {
    config_.set_simulated_packets_pass(heard);
    Configure();
  }
  void KeepAt(double ppb) { ASSERT_TRUE(sim_.engine->clock()->SetFrequency(ppb).ok()); }
  double FrequencyNow() { return *sim_.engine->clock()->Frequency(); }
  PtpStats Report() { return MakeReport(*sim_.engine); }

  // As chronyd with a distant server: it looks every 16 s, finds the clock off by some
  // hundred microseconds more or less than it is, and slews that away within 10 s. The
  // frequency that it believes in wanders by some ppm. Ends `left_ns` off.
  void KeepTimeFor(int seconds, double left_ns) {
    for (int second = 0; second < seconds; ++second) {
      const double believed_ppb = kRightPpb + 3'000 * std::sin(second * 0.02);
      if (second % 16 == 0) {
        const bool last = second + 32 > seconds;
        const double mistaken_ns = last ? left_ns : 400'000 * std::sin(second * 0.11);
        slew_ppb_ = -(static_cast<double>(sim_.TrueErrorNs()) - mistaken_ns) / 10;
      }
      const double wanted_ppb = believed_ppb + (second % 16 < 10 ? slew_ppb_ : 0);
      KeepAt(wanted_ppb);
      sim_.Run(1);
      ASSERT_EQ(FrequencyNow(), wanted_ppb) << "the engine touched it";
    }
  }

  struct Course {
    double worst_frequency_ppb = 0;  // away from the right one
    double settled_after_s = 0;      // within 5 us from then on
    bool always_locked = true;
  };
  Course Follow(int seconds) {
    Course course;
    for (int half = 0; half < 2 * seconds; ++half) {
      sim_.Run(0.5);
      course.worst_frequency_ppb =
          std::max(course.worst_frequency_ppb, std::abs(FrequencyNow() - kRightPpb));
      if (std::llabs(sim_.TrueErrorNs()) > 5'000) course.settled_after_s = (half + 1) / 2.0;
      course.always_locked =
          course.always_locked && Report().clock_state() == hostctl::v1::CLOCK_STATE_LOCKED;
    }
    return course;
  }

  SimulatedEngine sim_;
  EngineConfig config_;
  double slew_ppb_ = 0;
};

TEST_F(LentClockTest, IsMeasuredAndLeftAloneAtItsGoodFrequency) {
  Configure();
  sim_.Run(120);
  SetLent(true);
  EXPECT_NEAR(FrequencyNow(), kRightPpb, 500);
  KeepTimeFor(600, 0);
  const PtpStats stats = Report();
  EXPECT_EQ(stats.clock_state(), hostctl::v1::CLOCK_STATE_LOCKED);
  EXPECT_EQ(stats.port_state(), hostctl::v1::PORT_STATE_SLAVE);
  EXPECT_TRUE(stats.clock_read_only());
  EXPECT_FALSE(stats.clock_synchronized()) << "not by us";
  EXPECT_NEAR(stats.offset_from_master_ns().last(), static_cast<double>(sim_.TrueErrorNs()),
              20'000);
  EXPECT_EQ(sim_.engine->resets(), 1U);
}

TEST_F(LentClockTest, IsTakenBackWithoutAStepAndGently) {
  for (const double left_ns : {1e6, -3e5, 2e4}) {
    Configure();
    sim_.Run(120);
    const uint64_t steps = sim_.engine->ordinary_clock()->clock_steps();
    SetLent(true);
    KeepTimeFor(600, left_ns);
    const uint64_t transitions = sim_.engine->ordinary_clock()->port().counters().state_transitions;
    const auto before_ns = static_cast<double>(sim_.TrueErrorNs());
    if (std::abs(left_ns) > 1e5) {
      EXPECT_GT(std::abs(before_ns), 1e5);
    }

    SetLent(false);
    EXPECT_NEAR(FrequencyNow(), kRightPpb, 1'000) << "not the keeper's";
    const Course course = Follow(180);
    EXPECT_TRUE(course.always_locked);
    EXPECT_LT(course.worst_frequency_ppb, 22'000);
    EXPECT_LT(course.settled_after_s, std::abs(before_ns) / 20'000 + 20);
    EXPECT_EQ(sim_.engine->ordinary_clock()->clock_steps(), steps);
    EXPECT_EQ(sim_.engine->resets(), 1U);
    EXPECT_EQ(sim_.engine->ordinary_clock()->port().counters().state_transitions, transitions);
    EXPECT_TRUE(Report().clock_synchronized());
  }
  EXPECT_THAT(sim_.log, Contains(HasSubstr("CLOCK_LENT: ")));
  EXPECT_THAT(sim_.log, Contains(HasSubstr("CLOCK_TAKEN_BACK: its offset of +0.00")));
}

// A fast oscillator that was far off takes longer, not harder.
TEST_F(LentClockTest, ALargeOffsetIsSlewedWithinMinutesWhateverTheStepRule) {
  config_.set_step_rule(hostctl::engine::v1::STEP_RULE_ALWAYS);
  Configure();
  sim_.Run(120);
  SetLent(true);
  ASSERT_TRUE(sim_.engine->clock()->Step(30'000'000).ok());
  sim_.Run(60);
  SetLent(false);
  const Course course = Follow(400);
  EXPECT_LT(course.worst_frequency_ppb, 105'000);  // 30 ms in 300 s
  EXPECT_LT(course.settled_after_s, 320);
  EXPECT_EQ(sim_.engine->ordinary_clock()->clock_steps(), 1U) << "the first lock's";
}

// The engine was killed while the clock was lent: the next one never held it.
TEST_F(LentClockTest, AnEngineThatStartsWithALentClockDoesNotStepItEither) {
  config_.mutable_virtual_clock()->set_initial_offset_ns(2'000'000);
  config_.set_clock_lent(true);
  Configure();
  KeepAt(kRightPpb);
  sim_.Run(30);
  EXPECT_EQ(Report().clock_state(), hostctl::v1::CLOCK_STATE_LOCKED);
  EXPECT_EQ(sim_.TrueErrorNs() / 100'000, 20);
  SetLent(false);
  const Course course = Follow(180);
  EXPECT_EQ(sim_.engine->ordinary_clock()->clock_steps(), 0U);
  EXPECT_LT(course.worst_frequency_ppb, 22'000);
  EXPECT_LT(course.settled_after_s, 130);
}

TEST_F(LentClockTest, TheClassicServosGetItWhenItIsRight) {
  for (const char* servo : {"pi", "linreg"}) {
    config_.set_servo(servo);
    Configure();
    sim_.Run(200);
    const uint64_t steps = sim_.engine->ordinary_clock()->clock_steps();
    SetLent(true);
    KeepTimeFor(300, 500'000);
    SetLent(false);
    const Course course = Follow(30);
    EXPECT_LT(course.worst_frequency_ppb, 22'000) << servo;
    sim_.Run(300);
    EXPECT_LT(std::llabs(sim_.TrueErrorNs()), 20'000) << servo;
    EXPECT_EQ(sim_.engine->ordinary_clock()->clock_steps(), steps) << servo;
    EXPECT_EQ(Report().servo(), servo);
    EXPECT_EQ(Report().clock_state(), hostctl::v1::CLOCK_STATE_LOCKED) << servo;
  }
}

TEST_F(LentClockTest, WithoutAMasterItIsNotHeldOverWhileLentAndGoesOnToBeAfterwards) {
  Configure();
  sim_.Run(120);
  SetHeard(false);
  sim_.Run(30);
  ASSERT_EQ(Report().clock_state(), hostctl::v1::CLOCK_STATE_HOLDOVER);
  const double held_at_ppb = FrequencyNow();
  SetLent(true);
  EXPECT_EQ(FrequencyNow(), held_at_ppb);
  EXPECT_EQ(Report().clock_state(), hostctl::v1::CLOCK_STATE_FREE_RUNNING);
  EXPECT_FALSE(Report().has_holdover_s());
  sim_.Run(5);
  SetLent(false);
  EXPECT_EQ(FrequencyNow(), held_at_ppb);
  EXPECT_EQ(Report().clock_state(), hostctl::v1::CLOCK_STATE_HOLDOVER);
  EXPECT_TRUE(Report().clock_synchronized());
}

TEST_F(LentClockTest, AFrequencyThatADeadProgramLeftSlewingIsNotKept) {
  Configure();
  sim_.Run(120);
  SetHeard(false);
  sim_.Run(30);
  SetLent(true);
  KeepAt(kRightPpb + 300'000);
  sim_.Run(2);
  SetLent(false);
  EXPECT_NEAR(FrequencyNow(), kRightPpb, 1'000);
}

TEST_F(LentClockTest, TheMasterMayComeBackWhileItIsLent) {
  Configure();
  sim_.Run(120);
  SetHeard(false);
  sim_.Run(30);
  SetLent(true);
  KeepTimeFor(60, 0);
  SetHeard(true);
  KeepTimeFor(60, 0);
  EXPECT_EQ(Report().clock_state(), hostctl::v1::CLOCK_STATE_LOCKED);
  SetHeard(false);
  sim_.Run(30);
  EXPECT_EQ(Report().clock_state(), hostctl::v1::CLOCK_STATE_FREE_RUNNING);
}

TEST_F(LentClockTest, AnEngineThatStartsWithALentClockSetsNothing) {
  config_.set_clock_lent(true);
  Configure();
  sim_.Run(30);
  EXPECT_EQ(FrequencyNow(), 0);
}

}  // namespace
}  // namespace ptpcore::engine
