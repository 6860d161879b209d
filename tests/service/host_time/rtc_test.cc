#include "service/host_time/rtc.h"

#include <fstream>

#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::host_time {
namespace {

const absl::Time kNine = absl::FromUnixSeconds(1'795'381'200);  // 2026-11-22T21:00:00Z
constexpr absl::CivilSecond kNineShown(2026, 11, 22, 21, 0, 0);

TEST(OffsetOf, AtAnEdgeIsExact) {
  EXPECT_EQ(OffsetOf({kNineShown, kNine - absl::Milliseconds(250), true}), absl::Milliseconds(250));
  EXPECT_EQ(OffsetOf({kNineShown, kNine + absl::Seconds(2), true}), absl::Seconds(-2));
}

TEST(OffsetOf, WithoutAnEdgeIsTheMiddleOfWhatItCanBe) {
  EXPECT_EQ(OffsetOf({kNineShown, kNine, false}), absl::Milliseconds(500));
}

TEST(PlanWrite, AChipThatCountsAWholeSecondIsSetAtItsBeginning) {
  const RtcWrite plan = PlanWrite(kNine + absl::Milliseconds(300), absl::ZeroDuration());
  EXPECT_EQ(plan.wait, absl::Milliseconds(700));
  EXPECT_EQ(plan.second, kNineShown + 1);
}

TEST(PlanWrite, ACmosChipIsSetInTheMiddleOfASecond) {
  // The next second begins half a second after the write.
  RtcWrite plan = PlanWrite(kNine + absl::Milliseconds(300), absl::Milliseconds(500));
  EXPECT_EQ(plan.wait, absl::Milliseconds(200));
  EXPECT_EQ(plan.second, kNineShown);
  plan = PlanWrite(kNine + absl::Milliseconds(600), absl::Milliseconds(500));
  EXPECT_EQ(plan.wait, absl::Milliseconds(900));
  EXPECT_EQ(plan.second, kNineShown + 1);
}

TEST(PlanWrite, AtTheRightMomentThereIsNothingToWaitFor) {
  const RtcWrite plan = PlanWrite(kNine + absl::Milliseconds(500), absl::Milliseconds(500));
  EXPECT_EQ(plan.wait, absl::ZeroDuration());
  EXPECT_EQ(plan.second, kNineShown);
}

TEST(DeviceRtc, AHostWithoutOneSaysSo) {
  const auto rtc = NewDeviceRtc(::testing::TempDir() + "no-such-rtc");
  const absl::Status status = rtc->Read().status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(reconcile::DetailOf(status).reason, "HARDWARE_CLOCK_NOT_FOUND");
  EXPECT_EQ(rtc->Check(), status);
  EXPECT_EQ(rtc->Write(kNineShown), status);
}

TEST(DeviceRtc, AFileIsNoHardwareClock) {
  const std::string path = ::testing::TempDir() + "not-an-rtc";
  std::ofstream(path) << "text";
  const absl::Status status = NewDeviceRtc(path)->Read().status();
  EXPECT_TRUE(absl::IsInternal(status));
  EXPECT_EQ(status.message(), path + " is no hardware clock");
}

TEST(DeviceRtc, ItsDriverTellsWhenASecondBeginsAfterItIsSet) {
  const std::string path = ::testing::TempDir() + "rtc-name";
  std::ofstream(path) << "rtc_cmos 00:04\n";
  EXPECT_EQ(NewDeviceRtc("/dev/null", path)->set_delay(), absl::Milliseconds(500));
  std::ofstream(path) << "rtc-ds1307 1-0068\n";
  EXPECT_EQ(NewDeviceRtc("/dev/null", path)->set_delay(), absl::ZeroDuration());
  EXPECT_EQ(NewDeviceRtc("/dev/null", path + "-none")->set_delay(), absl::ZeroDuration());
}

}  // namespace
}  // namespace hostctl::host_time
