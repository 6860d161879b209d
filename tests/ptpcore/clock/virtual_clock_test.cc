#include "ptpcore/clock/virtual_clock.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <string>

#include "fake_time.h"
#include "gtest/gtest.h"

namespace ptpcore::clock {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

std::unique_ptr<VirtualClock> OpenOrDie(const VirtualClockOptions& options, FakeTime& time) {
  auto clock = VirtualClock::Open(options, time.Kernel());
  EXPECT_TRUE(clock.ok()) << clock.status();
  return clock.ok() ? *std::move(clock) : nullptr;
}

TEST(VirtualClockTest, IsBornWrongAsToldAndDrifts) {
  FakeTime time;
  const int64_t birth_ns = time.realtime_ns;
  const auto clock = OpenOrDie({"", 500'000'000, 50'000}, time);
  EXPECT_EQ(clock->NowNs(), birth_ns + 500'000'000);
  time.Advance(10 * kSecond);  // 50 ppm of 10 s are 500 us
  EXPECT_EQ(clock->NowNs(), birth_ns + 10 * kSecond + 500'500'000);
  EXPECT_EQ(clock->name(), "virtual");
}

TEST(VirtualClockTest, AStepMovesItOnce) {
  FakeTime time;
  const auto clock = OpenOrDie({"", 500'000'000, 0}, time);
  ASSERT_TRUE(clock->Step(-500'000'000).ok());
  EXPECT_EQ(clock->NowNs(), time.realtime_ns);
  time.Advance(kSecond);
  EXPECT_EQ(clock->NowNs(), time.realtime_ns);
}

TEST(VirtualClockTest, AFrequencyCorrectionActsFromThenOn) {
  FakeTime time;
  const int64_t birth_ns = time.realtime_ns;
  const auto clock = OpenOrDie({"", 0, 50'000}, time);
  EXPECT_EQ(*clock->Frequency(), 0.0);
  time.Advance(kSecond);
  ASSERT_TRUE(clock->SetFrequency(-50'000).ok());
  EXPECT_EQ(clock->NowNs(), birth_ns + kSecond + 50'000);  // no jump
  EXPECT_EQ(*clock->Frequency(), -50'000.0);
  time.Advance(100 * kSecond);
  EXPECT_EQ(clock->NowNs(), birth_ns + 101 * kSecond + 50'000);
}

// A servo sets the frequency every Sync for a long time; no error may add up.
TEST(VirtualClockTest, ManyCorrectionsDoNotAddUpAnError) {
  FakeTime time;
  const auto clock = OpenOrDie({"", 0, 33'333.333}, time);
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(clock->SetFrequency(-33'333.333 + (i % 2 == 0 ? 1.0 : -1.0)).ok());
    time.Advance(125'000'001);
  }
  // 1 ppb up and down over 125 ms is far below a nanosecond each, and rounded.
  EXPECT_NEAR(static_cast<double>(clock->NowNs() - time.realtime_ns), 0.0, 1.0);
}

TEST(VirtualClockTest, AKernelTimestampIsTranslated) {
  FakeTime time;
  const auto clock = OpenOrDie({"", 500'000'000, 100'000}, time);
  time.Advance(10 * kSecond);
  const int64_t stamp_ns = time.realtime_ns;
  const int64_t shown_ns = clock->NowNs();
  time.Advance(2'000'000);
  EXPECT_EQ(clock->AtKernelTimestamp(stamp_ns), shown_ns);
}

TEST(VirtualClockTest, ATimestampOfBeforeAStepIsTranslatedIntoTheSteppedClock) {
  FakeTime time;
  const auto clock = OpenOrDie({"", 500'000'000, 0}, time);
  const int64_t stamp_ns = time.realtime_ns;
  time.Advance(kSecond);
  ASSERT_TRUE(clock->Step(-500'000'000).ok());
  EXPECT_EQ(clock->AtKernelTimestamp(stamp_ns), stamp_ns);
}

TEST(VirtualClockTest, FrequenciesOutOfRangeAreRefused) {
  FakeTime time;
  const auto clock = OpenOrDie({}, time);
  EXPECT_TRUE(clock->SetFrequency(500'000).ok());
  for (double ppb : {500'001.0, -500'001.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_TRUE(absl::IsOutOfRange(clock->SetFrequency(ppb)));
    EXPECT_TRUE(absl::IsOutOfRange(VirtualClock::Open({"", 0, ppb}, time.Kernel()).status()));
  }
  EXPECT_EQ(*clock->Frequency(), 500'000.0);
}

class StoredVirtualClockTest : public ::testing::Test {
 protected:
  StoredVirtualClockTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "virtual_clock_test.XXXXXX").string();
    folder_ = mkdtemp(name.data());
    options_ = {(folder_ / "clock").string(), 500'000'000, 50'000};
  }
  ~StoredVirtualClockTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  VirtualClockOptions options_;
  FakeTime time_;
};

TEST_F(StoredVirtualClockTest, GoesOnWhereItWasWhenTheProcessEnds) {
  int64_t expected_ns = 0;
  {
    const auto clock = OpenOrDie(options_, time_);
    time_.Advance(3 * kSecond);
    ASSERT_TRUE(clock->Step(-500'000'000).ok());
    ASSERT_TRUE(clock->SetFrequency(-50'000).ok());
    expected_ns = clock->NowNs();
  }
  time_.Advance(100 * kSecond);
  const auto clock = OpenOrDie(options_, time_);
  EXPECT_EQ(clock->NowNs(), expected_ns + 100 * kSecond);
  EXPECT_EQ(*clock->Frequency(), -50'000.0);
}

TEST_F(StoredVirtualClockTest, SomebodyElseMayStepItWhileItRuns) {
  FakeTime time;
  const auto clock = OpenOrDie(options_, time);
  const int64_t before_ns = clock->NowNs();
  auto file = VirtualClockFile::Open(options_.state_file);
  ASSERT_TRUE(file.ok()) << file.status();
  VirtualClockState state = ReadVirtualClock(options_.state_file).value();
  state.clock_ns += 5'000'000;
  file->Write(state);
  EXPECT_EQ(clock->NowNs(), before_ns + 5'000'000);
  ASSERT_TRUE(clock->SetFrequency(1000).ok());
  EXPECT_EQ(clock->NowNs(), before_ns + 5'000'000) << "and stays stepped";
  EXPECT_EQ(ReadVirtualClock(options_.state_file)->clock_ns, before_ns + 5'000'000);
}

TEST_F(StoredVirtualClockTest, ADamagedFileMakesANewClock) {
  OpenOrDie(options_, time_)->SetFrequency(-50'000).IgnoreError();
  std::ofstream(options_.state_file) << "vclock01 damaged";
  time_.Advance(kSecond);
  const auto clock = OpenOrDie(options_, time_);
  EXPECT_EQ(clock->NowNs(), time_.realtime_ns + 500'000'000);
  EXPECT_EQ(*clock->Frequency(), 0.0);
  EXPECT_TRUE(ReadVirtualClock(options_.state_file).ok());
}

TEST_F(StoredVirtualClockTest, AnotherFrequencyErrorMakesANewClock) {
  OpenOrDie(options_, time_)->SetFrequency(-50'000).IgnoreError();
  options_.frequency_error_ppb = 20'000;
  EXPECT_EQ(*OpenOrDie(options_, time_)->Frequency(), 0.0);
}

TEST_F(StoredVirtualClockTest, AFileThatCannotBeMadeIsAnError) {
  options_.state_file = (folder_ / "missing" / "clock").string();
  EXPECT_TRUE(absl::IsNotFound(VirtualClock::Open(options_, time_.Kernel()).status()));
}

// A full disk shows when the clock is opened, not later as a signal.
TEST_F(StoredVirtualClockTest, AFileThatCannotTakeTheStateIsAnError) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit nearly_nothing{100, before.rlim_max};
  signal(SIGXFSZ, SIG_IGN);  // the write shall fail, not the test end
  setrlimit(RLIMIT_FSIZE, &nearly_nothing);
  const auto clock = VirtualClock::Open(options_, time_.Kernel());
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_FALSE(clock.ok());
  EXPECT_NE(std::string(clock.status().message()).find(options_.state_file), std::string::npos);
}

}  // namespace
}  // namespace ptpcore::clock
