#include "ptpcore/clock/hardware_clock.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "simulated_phc.h"

namespace ptpcore::clock {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kSecond = SimulatedHost::kSecond;
constexpr int64_t kNear = 100'000;  // reading takes some time

class HardwareClockTest : public ::testing::Test {
 protected:
  std::unique_ptr<HardwareClock> Open() {
    auto clock = HardwareClock::Open(std::make_unique<SimulatedPhc>(host_),
                                     std::make_unique<SimulatedSystemClock>(host_), host_.Kernel(),
                                     /*tai_minus_utc_s=*/37);
    EXPECT_TRUE(clock.ok()) << clock.status();
    return *std::move(clock);
  }
  void ExpectRight(HardwareClock& clock) {
    EXPECT_NEAR(static_cast<double>(clock.NowNs() - host_.TrueUtcNs()), host_.PhcErrorNs(), kNear);
  }

  SimulatedHost host_;
};

TEST_F(HardwareClockTest, ShowsUtcThoughTheDeviceRunsInTai) {
  const auto clock = Open();
  EXPECT_EQ(clock->utc_offset_s(), 37);
  ExpectRight(*clock);
  EXPECT_EQ(clock->AtHardwareTimestamp(host_.PhcNs()), host_.PhcNs() - 37 * kSecond);
}

TEST_F(HardwareClockTest, OneThatRunsInUtcIsRecognized) {
  host_.tai_minus_utc_s = 0;
  const auto clock = Open();
  EXPECT_EQ(clock->utc_offset_s(), 0);
  ExpectRight(*clock);
}

TEST_F(HardwareClockTest, StepsAndFrequencyAreTheDevices) {
  const auto clock = Open();
  ASSERT_TRUE(clock->Step(-2 * kSecond).ok());
  EXPECT_NEAR(host_.PhcErrorNs(), -2e9, kNear);
  ASSERT_TRUE(clock->SetFrequency(3'000).ok());
  EXPECT_EQ(clock->Frequency().value(), 3'000);
  EXPECT_EQ(clock->max_frequency_ppb(), 32'000'000);
}

TEST_F(HardwareClockTest, AnotherTimescaleMovesTheDeviceAndNotUtc) {
  const auto clock = Open();
  ASSERT_TRUE(clock->SetUtcOffset(0).ok());
  EXPECT_NEAR(host_.PhcErrorNs(), -37e9, kNear);
  EXPECT_NEAR(static_cast<double>(clock->NowNs() - host_.TrueUtcNs()), 0, kNear);
  ASSERT_TRUE(clock->SetUtcOffset(0).ok());
  EXPECT_EQ(host_.phc_steps, 1);
}

TEST_F(HardwareClockTest, AnotherOffsetOfTaiLeavesTheDeviceAlone) {
  const auto clock = Open();
  ASSERT_TRUE(clock->SetUtcOffset(38).ok());
  EXPECT_EQ(host_.phc_steps, 0);
  EXPECT_NEAR(static_cast<double>(clock->NowNs() - host_.TrueUtcNs()), -1e9, kNear);
}

TEST_F(HardwareClockTest, ADeviceThatIsNotOursIsNotMoved) {
  const auto clock = Open();
  clock->SetReadOnly(true);
  ASSERT_TRUE(clock->SetUtcOffset(0).ok());
  host_.ResetNic();
  EXPECT_EQ(clock->Repair().value(), std::nullopt);
  EXPECT_EQ(host_.phc_steps, 0);
}

TEST_F(HardwareClockTest, ALeapSecondChangesWhatIsTakenOffAndNotTheDevice) {
  for (const int leap : {1, -1}) {
    SimulatedHost host;
    const auto clock =
        *HardwareClock::Open(std::make_unique<SimulatedPhc>(host),
                             std::make_unique<SimulatedSystemClock>(host), host.Kernel(), 37);
    constexpr int64_t kDay = 86'400 * kSecond;
    const int64_t midnight_ns = (host.TrueUtcNs() / kDay + 1) * kDay;
    ASSERT_TRUE(clock->ArmLeapSecond(leap).ok());
    host.phc.SetFrequency(3'000);
    host.AdvanceTo(midnight_ns - 3 * kSecond - SimulatedHost::kEpochNs);
    const double error_ns = host.PhcErrorNs();
    EXPECT_NEAR(static_cast<double>(clock->NowNs() - host.TrueUtcNs()), error_ns, kNear);
    host.Advance(5 * kSecond);
    EXPECT_NEAR(static_cast<double>(clock->NowNs() - host.TrueUtcNs()),
                error_ns - static_cast<double>(leap * kSecond), kNear);
    EXPECT_EQ(clock->utc_offset_s(), 37 + leap);
    EXPECT_EQ(host.phc_steps, 0);
  }
}

TEST_F(HardwareClockTest, InUtcALeapSecondIsTheCallersToStep) {
  host_.tai_minus_utc_s = 0;
  EXPECT_TRUE(absl::IsUnimplemented(Open()->ArmLeapSecond(1)));
}

TEST_F(HardwareClockTest, NothingIsRepairedWhereNothingHappened) {
  const auto clock = Open();
  ASSERT_TRUE(clock->SetFrequency(2'500).ok());
  for (int i = 0; i < 100; ++i) {
    host_.Advance(kSecond);
    EXPECT_EQ(clock->Repair().value(), std::nullopt);
  }
  ASSERT_TRUE(clock->Step(5 * kSecond).ok());
  EXPECT_EQ(clock->Repair().value(), std::nullopt) << "our own step";
}

TEST_F(HardwareClockTest, AResetIsSetBackAndSaid) {
  const auto clock = Open();
  ASSERT_TRUE(clock->SetFrequency(3'000).ok());
  host_.Advance(kSecond);
  ASSERT_EQ(clock->Repair().value(), std::nullopt);
  host_.Advance(kSecond);
  host_.ResetNic();
  const auto repaired = clock->Repair();
  ASSERT_TRUE(repaired.ok());
  ASSERT_TRUE(repaired->has_value());
  EXPECT_THAT(**repaired, HasSubstr("/dev/ptp0 jumped by -179534"));
  EXPECT_THAT(**repaired, HasSubstr("frequency correction was 0.0 instead of 3000.0 ppb"));
  EXPECT_NEAR(host_.PhcErrorNs(), 0, kNear);
  EXPECT_EQ(host_.frequency_ppb, 3'000);
  EXPECT_EQ(clock->Repair().value(), std::nullopt);
}

TEST_F(HardwareClockTest, AStepOfTheSystemClockIsNoJumpOfTheDevice) {
  const auto clock = Open();
  host_.Advance(kSecond);
  host_.system.Step(-3'600 * kSecond);
  EXPECT_EQ(clock->Repair().value(), std::nullopt);
}

TEST_F(HardwareClockTest, ADeviceThatIsGoneIsSaidAndTimeGoesOn) {
  const auto clock = Open();
  host_.gone = true;
  host_.Advance(10 * kSecond);
  EXPECT_TRUE(absl::IsUnavailable(clock->Repair().status()));
  ExpectRight(*clock);
  EXPECT_TRUE(absl::IsUnavailable(clock->Compare().status()));
}

TEST_F(HardwareClockTest, IsComparedInUtc) {
  const auto clock = Open();
  const PhcReading reading = clock->Compare().value();
  EXPECT_LE(std::llabs(reading.phc_ns - reading.system_before_ns), kNear);
}

}  // namespace
}  // namespace ptpcore::clock
