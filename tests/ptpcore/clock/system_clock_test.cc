#include "ptpcore/clock/system_clock.h"

#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "fake_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::clock {
namespace {

using ::testing::HasSubstr;

// Takes the place of clock_adjtime(2): nothing here can touch the machine's clock.
class SystemClockTest : public ::testing::Test {
 protected:
  int Adjust(timex* request) {
    requests_.push_back(*request);
    if (error_ != 0) {
      errno = error_;
      return -1;
    }
    if (request->modes == 0) {
      request->freq = frequency_;
      request->tick = tick_;
      request->status = status_;
    }
    if ((request->modes & ADJ_STATUS) != 0) status_ = request->status;
    if ((request->modes & ADJ_TICK) != 0) tick_ = request->tick;
    if ((request->modes & ADJ_FREQUENCY) != 0) frequency_ = request->freq;
    return answer_;
  }

  FakeTime time_;
  std::vector<timex> requests_;
  int error_ = 0;
  int answer_ = TIME_OK;
  long frequency_ = 0;
  long tick_ = 1'000'000 / sysconf(_SC_CLK_TCK);
  int status_ = 0;
  SystemClock clock_{time_.Kernel(), [this](timex* request) { return Adjust(request); }};
};

TEST_F(SystemClockTest, ReadsTheRealTime) {
  EXPECT_EQ(clock_.NowNs(), time_.realtime_ns);
  EXPECT_EQ(clock_.AtKernelTimestamp(12345), 12345);  // the kernel stamps with this very clock
  EXPECT_EQ(clock_.name(), "system");
  EXPECT_TRUE(requests_.empty());
}

TEST_F(SystemClockTest, AStepIsARelativeOffsetInNanoseconds) {
  ASSERT_TRUE(clock_.Step(2'500'000'001).ok());
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].modes, static_cast<unsigned>(ADJ_SETOFFSET | ADJ_NANO));
  EXPECT_EQ(requests_[0].time.tv_sec, 2);
  EXPECT_EQ(requests_[0].time.tv_usec, 500'000'001);
}

// The kernel refuses negative nanoseconds.
TEST_F(SystemClockTest, AStepBackHasPositiveNanoseconds) {
  const struct {
    int64_t delta_ns, seconds, nanoseconds;
  } table[] = {{-1, -1, 999'999'999},
               {-500'000'000, -1, 500'000'000},
               {-1'000'000'000, -1, 0},
               {-37'000'000'001, -38, 999'999'999}};
  for (const auto& row : table) {
    ASSERT_TRUE(clock_.Step(row.delta_ns).ok());
    EXPECT_EQ(requests_.back().time.tv_sec, row.seconds) << row.delta_ns;
    EXPECT_EQ(requests_.back().time.tv_usec, row.nanoseconds) << row.delta_ns;
  }
}

TEST_F(SystemClockTest, FrequencyIsInUnitsOfTheKernel) {
  const struct {
    double ppb;
    long freq;  // parts per million times 2^16
  } table[] = {{0, 0},
               {1000, 65'536},
               {-1000, -65'536},
               {0.01, 1},
               {500'000, 32'768'000},
               {-500'000, -32'768'000},
               {12'345.6, 809'081}};
  for (const auto& row : table) {
    ASSERT_TRUE(clock_.SetFrequency(row.ppb).ok());
    EXPECT_EQ(requests_.back().modes, static_cast<unsigned>(ADJ_FREQUENCY));
    EXPECT_EQ(requests_.back().freq, row.freq) << row.ppb;
  }
}

// The kernel keeps its word for adjtimex(2), in whole microseconds, and other flags are not ours.
TEST_F(SystemClockTest, TellsTheKernelHowRightItIs) {
  status_ = STA_NANO | STA_INS | STA_UNSYNC;
  ASSERT_TRUE(clock_.TellSynchronized(ClockError{1'500, 2'000'000}).ok());
  EXPECT_EQ(requests_.back().modes,
            static_cast<unsigned>(ADJ_STATUS | ADJ_ESTERROR | ADJ_MAXERROR));
  EXPECT_EQ(status_, STA_INS);
  EXPECT_EQ(requests_.back().esterror, 2);
  EXPECT_EQ(requests_.back().maxerror, 2'000);
  ASSERT_TRUE(clock_.TellSynchronized(std::nullopt).ok());
  EXPECT_EQ(requests_.back().modes, static_cast<unsigned>(ADJ_STATUS));
  EXPECT_EQ(status_, STA_INS | STA_UNSYNC);
}

TEST_F(SystemClockTest, NoErrorIsToldAsNothingNorPastTheKernelsLimit) {
  for (const double error_ns :
       {1e18, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    ASSERT_TRUE(clock_.TellSynchronized(ClockError{0, error_ns}).ok());
    EXPECT_EQ(requests_.back().esterror, 1);
    EXPECT_EQ(requests_.back().maxerror, 16'000'000) << error_ns;
  }
}

TEST_F(SystemClockTest, AFrequencyBeyondTheKernelsLimitIsRefused) {
  for (double ppb : {500'001.0, -500'001.0, 1e300, std::numeric_limits<double>::infinity(),
                     std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_TRUE(absl::IsOutOfRange(clock_.SetFrequency(ppb))) << ppb;
  }
  EXPECT_TRUE(requests_.empty());
}

TEST_F(SystemClockTest, ReadsTheFrequencyWithoutChangingIt) {
  frequency_ = -65'536 * 12;
  const absl::StatusOr<double> frequency = clock_.Frequency();
  ASSERT_TRUE(frequency.ok());
  EXPECT_DOUBLE_EQ(*frequency, -12'000);
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].modes, 0U);
}

// As chronyd does beyond 50 ppm, where a tick is 10 ms.
TEST_F(SystemClockTest, ATickThatAnotherProgramLeftCountsAndEndsWithTheNextFrequency) {
  const long nominal = tick_;
  ++tick_;
  frequency_ = -65'536 * 30;
  const double tick_ppb = 1e9 / static_cast<double>(nominal);
  EXPECT_DOUBLE_EQ(*clock_.Frequency(), tick_ppb - 30'000);
  ASSERT_TRUE(clock_.SetFrequency(70'000).ok());
  EXPECT_EQ(tick_, nominal);
  EXPECT_DOUBLE_EQ(*clock_.Frequency(), 70'000);
  ASSERT_TRUE(clock_.SetFrequency(71'000).ok());
  EXPECT_EQ(requests_.back().modes, static_cast<unsigned>(ADJ_FREQUENCY)) << "needlessly";
}

TEST_F(SystemClockTest, AKernelThatTellsNoTickHasTheNominalOne) {
  tick_ = 0;
  frequency_ = 65'536;
  EXPECT_DOUBLE_EQ(*clock_.Frequency(), 1'000);
}

TEST_F(SystemClockTest, AnUnsynchronizedKernelIsNoError) {
  answer_ = TIME_ERROR;
  EXPECT_TRUE(clock_.SetFrequency(1).ok());
}

TEST_F(SystemClockTest, WithoutTheRightItSaysWhichIsMissing) {
  error_ = EPERM;
  for (const absl::Status& status : {clock_.Step(1), clock_.SetFrequency(1)}) {
    EXPECT_TRUE(absl::IsPermissionDenied(status));
    EXPECT_THAT(std::string(status.message()), HasSubstr("CAP_SYS_TIME"));
  }
}

TEST_F(SystemClockTest, AnotherErrorNamesTheCallAndTheReason) {
  error_ = EINVAL;
  EXPECT_THAT(std::string(clock_.Frequency().status().message()),
              HasSubstr("clock_adjtime: Invalid argument"));
}

TEST_F(SystemClockTest, ALeapSecondIsArmedBesideTheOtherFlags) {
  status_ = STA_NANO | STA_UNSYNC | STA_DEL;
  ASSERT_TRUE(clock_.ArmLeapSecond(1).ok());
  EXPECT_EQ(status_, STA_UNSYNC | STA_INS);  // STA_NANO is the kernel's to say
  ASSERT_TRUE(clock_.ArmLeapSecond(-1).ok());
  EXPECT_EQ(status_, STA_UNSYNC | STA_DEL);
  ASSERT_TRUE(clock_.ArmLeapSecond(0).ok());
  EXPECT_EQ(status_, STA_UNSYNC);
}

TEST_F(SystemClockTest, ALeapSecondThatIsArmedAlreadyIsNotSetAgain) {
  status_ = STA_NANO | STA_INS;
  ASSERT_TRUE(clock_.ArmLeapSecond(1).ok());
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].modes, 0U);
}

TEST_F(SystemClockTest, TheKernelIsToldTaiMinusUtc) {
  ASSERT_TRUE(clock_.SetTaiMinusUtc(37).ok());
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_[0].modes, static_cast<unsigned>(ADJ_TAI));
  EXPECT_EQ(requests_[0].constant, 37);
}

}  // namespace
}  // namespace ptpcore::clock
