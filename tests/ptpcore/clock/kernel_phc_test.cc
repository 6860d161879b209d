#include "ptpcore/clock/kernel_phc.h"

#include <linux/ptp_clock.h>

#include <cerrno>
#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::clock {
namespace {

using ::testing::HasSubstr;

// A driver as seen through its calls.
struct FakeDriver {
  timespec now{1'795'348'090, 123'456'789};
  timex adjusted{};
  int max_adj = 62'499'999;
  bool precise = true;
  bool extended = true;
  int error = 0;  // of every call, where set

  PhcCalls calls() {
    return {[this](unsigned long request, void* argument) { return Ioctl(request, argument); },
            [this](timespec* time) {
              *time = now;
              return Result();
            },
            [this](timex* request) {
              if (request->modes == 0) request->freq = adjusted.freq;
              adjusted = *request;
              return Result();
            }};
  }
  int Result() const {
    errno = error;
    return error == 0 ? 0 : -1;
  }
  int Ioctl(unsigned long request, void* argument) const {
    errno = EOPNOTSUPP;
    if (error != 0) return Result();
    switch (request) {
      case PTP_CLOCK_GETCAPS:
        static_cast<ptp_clock_caps*>(argument)->max_adj = max_adj;
        return 0;
      case PTP_SYS_OFFSET_PRECISE: {
        if (!precise) return -1;
        auto* answer = static_cast<ptp_sys_offset_precise*>(argument);
        answer->device = {137, 5, 0};
        answer->sys_realtime = {100, 7, 0};
        return 0;
      }
      case PTP_SYS_OFFSET_EXTENDED: {
        if (!extended) return -1;
        auto* answer = static_cast<ptp_sys_offset_extended*>(argument);
        for (unsigned i = 0; i < answer->n_samples; ++i) {
          answer->ts[i][0] = {100 + i, 10, 0};
          answer->ts[i][1] = {137 + i, 15, 0};
          answer->ts[i][2] = {100 + i, 30, 0};
        }
        return 0;
      }
      case PTP_SYS_OFFSET: {
        auto* answer = static_cast<ptp_sys_offset*>(argument);
        for (unsigned i = 0; i <= 2 * answer->n_samples; ++i) {
          answer->ts[i] = {i % 2 == 0 ? 100 : 137, 10 * i, 0};
        }
        return 0;
      }
      default:
        return -1;
    }
  }
};

class KernelPhcTest : public ::testing::Test {
 protected:
  FakeDriver driver_;
  std::unique_ptr<KernelPhc> phc_ = *KernelPhc::Make("/dev/ptp3", driver_.calls());
};

TEST_F(KernelPhcTest, IsRead) {
  EXPECT_EQ(phc_->Now().value(), 1'795'348'090'123'456'789);
}

TEST_F(KernelPhcTest, StepsBothWays) {
  ASSERT_TRUE(phc_->Step(1'500'000'000).ok());
  EXPECT_EQ(driver_.adjusted.modes, static_cast<unsigned>(ADJ_SETOFFSET | ADJ_NANO));
  EXPECT_EQ(driver_.adjusted.time.tv_sec, 1);
  EXPECT_EQ(driver_.adjusted.time.tv_usec, 500'000'000);
  ASSERT_TRUE(phc_->Step(-1).ok());
  EXPECT_EQ(driver_.adjusted.time.tv_sec, -1);
  EXPECT_EQ(driver_.adjusted.time.tv_usec, 999'999'999);
}

TEST_F(KernelPhcTest, FrequencyIsSetAndReadInItsUnits) {
  ASSERT_TRUE(phc_->SetFrequency(-1'000).ok());
  EXPECT_EQ(driver_.adjusted.modes, static_cast<unsigned>(ADJ_FREQUENCY));
  EXPECT_EQ(driver_.adjusted.freq, -65'536);
  EXPECT_DOUBLE_EQ(phc_->Frequency().value(), -1'000);
}

TEST_F(KernelPhcTest, ItsRangeIsTheDevices) {
  EXPECT_EQ(phc_->max_frequency_ppb(), 62'499'999);
  const absl::Status status = phc_->SetFrequency(62'500'000);
  EXPECT_TRUE(absl::IsOutOfRange(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("/dev/ptp3"));
  EXPECT_TRUE(absl::IsOutOfRange(phc_->SetFrequency(std::nan(""))));
}

TEST_F(KernelPhcTest, BothClocksAreReadInThreeWays) {
  const PhcReadings precise = phc_->Read(PhcMethod::kPrecise).value();
  ASSERT_EQ(precise.size(), 1U);
  EXPECT_EQ(precise[0].phc_ns, 137'000'000'005);
  EXPECT_EQ(precise[0].system_before_ns, 100'000'000'007);
  EXPECT_EQ(precise[0].delay_ns(), 0);

  const PhcReadings extended = phc_->Read(PhcMethod::kExtended).value();
  ASSERT_EQ(extended.size(), 9U);
  EXPECT_EQ(extended[8].system_before_ns, 108'000'000'010);
  EXPECT_EQ(extended[8].phc_ns, 145'000'000'015);
  EXPECT_EQ(extended[8].system_after_ns, 108'000'000'030);

  const PhcReadings plain = phc_->Read(PhcMethod::kPlain).value();
  ASSERT_EQ(plain.size(), 9U);
  EXPECT_EQ(plain[1].system_before_ns, 100'000'000'020);
  EXPECT_EQ(plain[1].phc_ns, 137'000'000'030);
  EXPECT_EQ(plain[1].system_after_ns, 100'000'000'040);
}

TEST_F(KernelPhcTest, AWayTheDeviceHasNotIsUnimplemented) {
  driver_.precise = false;
  EXPECT_TRUE(absl::IsUnimplemented(phc_->Read(PhcMethod::kPrecise).status()));
}

TEST_F(KernelPhcTest, ADeviceThatIsGoneOrNotOursIsNamed) {
  driver_.error = ENODEV;
  for (const absl::Status& status :
       {phc_->Now().status(), phc_->Step(1), phc_->SetFrequency(1), phc_->Frequency().status(),
        phc_->Read(PhcMethod::kPlain).status()}) {
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("/dev/ptp3: No such device"));
  }
  driver_.error = EPERM;
  EXPECT_TRUE(absl::IsPermissionDenied(phc_->Step(1)));
}

TEST_F(KernelPhcTest, AFileThatIsNoClockIsRefused) {
  EXPECT_TRUE(absl::IsNotFound(KernelPhc::Open("/nowhere/ptp0").status()));
  EXPECT_TRUE(absl::IsUnavailable(KernelPhc::Open("/dev/null").status()));
}

}  // namespace
}  // namespace ptpcore::clock
