#include "ptpcore/engine/hardware_clock_follower.h"

#include <cmath>
#include <cstdio>

#include "../clock/simulated_phc.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

using clock::SimulatedHost;
using ::testing::HasSubstr;

constexpr int64_t kSecond = SimulatedHost::kSecond;

class HardwareClockFollowerTest : public ::testing::Test {
 protected:
  void Start(bool read_only = false) {
    auto opened = clock::HardwareClock::Open(std::make_unique<clock::SimulatedPhc>(host_),
                                             std::make_unique<clock::SimulatedSystemClock>(host_),
                                             host_.Kernel(), 37);
    ASSERT_TRUE(opened.ok()) << opened.status();
    hardware_ = *std::move(opened);
    follower_ = std::make_unique<HardwareClockFollower>(
        *hardware_, servo::StepRule::kFirstLock, read_only,
        [this](const std::string& kind, const std::string& text) {
          events_.push_back(kind + ": " + text);
        });
  }
  // As the event loop would; returns how often the hardware clock was set back.
  int Run(double seconds, bool hardware_right = true) {
    const int64_t end_ns = host_.since_start_ns + static_cast<int64_t>(seconds * 1e9);
    int set_back = 0;
    while (host_.since_start_ns < end_ns) {
      const int64_t due_ns = follower_->NextDeadline().time_since_epoch().count();
      host_.AdvanceTo(std::max(due_ns, host_.since_start_ns));
      const protocol::MonoTime now{protocol::Duration(host_.since_start_ns)};
      if (follower_->HandleTimers(now, hardware_right, utc_offset_s_)) ++set_back;
      const double error_ns = ErrorNs();
      sum_of_squares_ += error_ns * error_ns;
      worst_ns_ = std::max(worst_ns_, std::fabs(error_ns));
      ++looks_;
    }
    return set_back;
  }
  // System clock minus hardware clock.
  double ErrorNs() const { return host_.SystemErrorNs() - host_.PhcErrorNs(); }
  // Of the errors since the last call.
  double TakeRms() {
    const double rms = std::sqrt(sum_of_squares_ / looks_);
    sum_of_squares_ = worst_ns_ = looks_ = 0;
    return rms;
  }

  SimulatedHost host_;
  std::unique_ptr<clock::HardwareClock> hardware_;
  std::unique_ptr<HardwareClockFollower> follower_;
  std::optional<int> utc_offset_s_;
  std::vector<std::string> events_;
  double sum_of_squares_ = 0;
  double worst_ns_ = 0;
  double looks_ = 0;
};

TEST_F(HardwareClockFollowerTest, TheSystemClockComesToTheHardwareClockAndStays) {
  host_.system.Step(250'000'000);
  Start();
  Run(30);
  EXPECT_TRUE(follower_->calibrated());
  EXPECT_EQ(host_.system_steps, 1);
  ASSERT_FALSE(events_.empty());
  EXPECT_THAT(events_[0], HasSubstr("CLOCK_STEPPED: the system clock by -0.250"));
  EXPECT_THAT(events_[0], HasSubstr("to follow /dev/ptp0"));
  TakeRms();
  Run(300);
  const double worst_ns = worst_ns_;
  const double rms_ns = TakeRms();
  std::printf("system clock behind the hardware clock: %.1f ns RMS, %.1f ns at most\n", rms_ns,
              worst_ns);
  EXPECT_LT(rms_ns, 15);
  EXPECT_LT(worst_ns, 60);
  EXPECT_EQ(host_.system_steps, 1);
}

TEST_F(HardwareClockFollowerTest, EveryMethodOfComparisonIsGoodForItsPart) {
  const struct {
    bool precise;
    bool extended;
    const char* name;
    double rms_ns;
  } kMethods[] = {
      {true, true, "precise", 4}, {false, true, "extended", 15}, {false, false, "plain", 15}};
  for (const auto& [precise, extended, name, limit_ns] : kMethods) {
    host_ = SimulatedHost();
    host_.has_precise = precise;
    host_.has_extended = extended;
    Start();
    Run(60);
    TakeRms();
    Run(200);
    const double rms_ns = TakeRms();
    std::printf("%s: %.1f ns RMS\n", name, rms_ns);
    EXPECT_LT(rms_ns, limit_ns) << name;
    EXPECT_EQ(follower_->Status().comparison(), name);
  }
}

TEST_F(HardwareClockFollowerTest, NothingFollowsAHardwareClockThatWasNeverRight) {
  host_.phc.Step(-3'600 * kSecond);
  Start();
  Run(20, /*hardware_right=*/false);
  EXPECT_EQ(host_.system_steps, 0);
  EXPECT_EQ(hardware_->system().Frequency().value(), 0);
  EXPECT_NEAR(follower_->Status().system_offset_ns().last(), 3'600e9, 1e6);
  // Put right by its master, which is steered as well from then on.
  ASSERT_TRUE(hardware_->Step(3'600 * kSecond).ok());
  Run(20);
  EXPECT_TRUE(follower_->calibrated());
}

TEST_F(HardwareClockFollowerTest, ReadOnlyMovesNoClock) {
  host_.system.Step(250'000'000);
  Start(/*read_only=*/true);
  Run(20);
  host_.ResetNic();
  EXPECT_EQ(Run(5), 0);
  EXPECT_EQ(host_.system_steps + host_.phc_steps, 0);
}

TEST_F(HardwareClockFollowerTest, ALentSystemClockIsLeftAloneAndTakenBackGently) {
  Start();
  Run(60);
  const double right_ppb = hardware_->system().Frequency().value();
  follower_->SetLent(true);
  const int steps = host_.system_steps;
  for (int second = 0; second < 600; ++second) {
    // Another program slews it by 10 ppm, this way and back.
    const double wanted_ppb = right_ppb + (second % 100 < 60 ? 10'000 : -10'000);
    ASSERT_TRUE(hardware_->system().SetFrequency(wanted_ppb).ok());
    Run(1);
    ASSERT_EQ(hardware_->system().Frequency().value(), wanted_ppb);
  }
  EXPECT_GT(ErrorNs(), 1e6);
  EXPECT_TRUE(follower_->calibrated()) << "it is known how far off it is";
  follower_->SetLent(false);
  EXPECT_NEAR(hardware_->system().Frequency().value(), right_ppb, 500);
  for (int second = 0; second < 90; ++second) {
    Run(1);
    EXPECT_NEAR(hardware_->system().Frequency().value(), right_ppb, 21'000);
  }
  EXPECT_LT(std::fabs(ErrorNs()), 100);
  EXPECT_EQ(host_.system_steps, steps);
}

TEST_F(HardwareClockFollowerTest, AResetOfTheNetworkDeviceDisturbsTheSystemClockLittle) {
  Start();
  ASSERT_TRUE(hardware_->SetFrequency(3'000).ok());
  Run(60);
  const int steps = host_.system_steps;
  events_.clear();
  TakeRms();
  host_.ResetNic();
  EXPECT_EQ(Run(60), 1);
  EXPECT_EQ(follower_->repairs(), 1U);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_THAT(events_[0], HasSubstr("RECOVERED: /dev/ptp0 jumped by"));
  EXPECT_EQ(host_.frequency_ppb, 3'000);
  EXPECT_EQ(host_.system_steps, steps);
  // True time, which the system clock kept meanwhile.
  EXPECT_NEAR(host_.SystemErrorNs(), 0, 200'000);
  EXPECT_NEAR(ErrorNs(), 0, 1'000);
}

TEST_F(HardwareClockFollowerTest, ADeviceThatIsGoneIsToldOnceAndWhenItIsBack) {
  Start();
  Run(30);
  events_.clear();
  host_.gone = true;
  Run(10);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0], "FAULT: cannot read /dev/ptp0: No such device");
  host_.gone = false;
  Run(30);
  ASSERT_EQ(events_.size(), 2U);
  EXPECT_THAT(events_[1], HasSubstr("RECOVERED"));
  EXPECT_NEAR(ErrorNs(), 0, 1'000);
}

TEST_F(HardwareClockFollowerTest, AJumpOfTheSystemsOscillatorIsFollowed) {
  Start();
  Run(60);
  host_.system.oscillator().Jump(5'000);
  Run(120);
  TakeRms();
  Run(60);
  EXPECT_LT(TakeRms(), 100);
}

TEST_F(HardwareClockFollowerTest, TheHardwareClockRunsInTheMastersTimescale) {
  Start();
  Run(30);
  events_.clear();
  const int steps = host_.system_steps;
  utc_offset_s_ = 0;
  EXPECT_EQ(Run(30), 1);
  EXPECT_NEAR(host_.PhcErrorNs(), -37e9, 1e6);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0], "UTC_DECISION: /dev/ptp0 runs 0 s ahead of UTC, as the master does");
  utc_offset_s_ = 37;
  EXPECT_EQ(Run(30), 1);
  EXPECT_NEAR(ErrorNs(), 0, 1'000);
  EXPECT_EQ(host_.system_steps, steps) << "UTC is the same throughout";
}

TEST_F(HardwareClockFollowerTest, StatusIsWhatWasMeasured) {
  Start();
  Run(60);
  const hostctl::v1::HardwareClockStatus status = follower_->Status();
  EXPECT_EQ(status.device(), "/dev/ptp0");
  EXPECT_EQ(status.comparison(), "extended");
  EXPECT_GE(status.comparison_delay_ns(), 2.0 * static_cast<double>(host_.bus_ns));
  EXPECT_NEAR(status.system_offset_ns().last(), 0, 1'000);
  EXPECT_GT(status.system_offset_ns().samples(), 100U);
  // The system's oscillator is 12 ppm fast, the hardware clock's 3 ppm slow.
  EXPECT_NEAR(status.system_frequency_correction_ppb(), -15'000, 200);
}

}  // namespace
}  // namespace ptpcore::engine
