#include "ptpcore/engine/steered_clock.h"

#include <string>
#include <vector>

#include "fake_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/clock/virtual_clock.h"

namespace ptpcore::engine {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class SteeredClockTest : public ::testing::Test {
 protected:
  static protocol::MonoTime At(int s) { return protocol::MonoTime(seconds(s)); }

  FakeTime time_;
  std::unique_ptr<clock::VirtualClock> clock_ =
      *clock::VirtualClock::Open({"", 0, 0}, time_.kernel_time());
  std::vector<std::string> events_;
  SteeredClock steered_{*clock_, std::chrono::hours(1),
                        [this](const std::string& kind, const std::string& text) {
                          events_.push_back(kind + ": " + text);
                        }};
};

TEST_F(SteeredClockTest, StepsAndSaysSo) {
  const int64_t before_ns = clock_->NowNs();
  EXPECT_TRUE(steered_.Step(-1'500'000'000));
  EXPECT_EQ(clock_->NowNs() - before_ns, -1'500'000'000);
  EXPECT_EQ(steered_.steps(), 1u);
  ASSERT_THAT(events_, SizeIs(1));
  EXPECT_EQ(events_[0], "CLOCK_STEPPED: by -1.500000000 s to follow the master");
}

TEST_F(SteeredClockTest, RefusesAnAbsurdStepOnceItWasLocked) {
  EXPECT_TRUE(steered_.Step(2 * SteeredClock::kPanicNs))
      << "a host without a battery starts in 1970";
  steered_.Measured(true, 100, At(1));
  const int64_t before_ns = clock_->NowNs();
  EXPECT_FALSE(steered_.Step(-2 * SteeredClock::kPanicNs));
  EXPECT_EQ(clock_->NowNs(), before_ns);
  EXPECT_EQ(steered_.steps(), 1u);
  EXPECT_THAT(events_.back(), HasSubstr("FAULT: the master asks for a step by -2000.000 s"));
}

TEST_F(SteeredClockTest, AccountsForEveryStepAndSlewAgainstThePaceItWasLockedAt) {
  steered_.SetFrequency(1'000, At(0));
  steered_.Measured(true, 100, At(10));  // its pace: 1 ppm fast
  const double moved_ns = steered_.MovedNs(At(10));
  steered_.SetFrequency(51'000, At(10));
  EXPECT_DOUBLE_EQ(steered_.MovedNs(At(12)) - moved_ns, 100'000);  // 50 ppm for 2 s
  steered_.Step(7'000);
  EXPECT_DOUBLE_EQ(steered_.MovedNs(At(12)) - moved_ns, 107'000);
  steered_.SetFrequency(1'000, At(12));
  const auto own = steered_.OwnJudgement(At(22));
  ASSERT_TRUE(own);
  EXPECT_DOUBLE_EQ(own->ahead_ns, 107'000);
  EXPECT_DOUBLE_EQ(own->bound_ns, 100 + 12 * 1'000);
}

TEST_F(SteeredClockTest, HasNoJudgementOfItsOwnBeforeTheFirstLock) {
  EXPECT_FALSE(steered_.OwnJudgement(At(1)));
}

TEST_F(SteeredClockTest, HasNoJudgementOfItsOwnWhileItIsTheEchoOfTheFirstLock) {
  steered_.Measured(true, 100, At(10));
  EXPECT_FALSE(steered_.OwnJudgement(At(19)));
  EXPECT_TRUE(steered_.OwnJudgement(At(20)));
}

TEST_F(SteeredClockTest, TroubleWithTheClockIsSaidOnceAndSoIsItsEnd) {
  steered_.SetFrequency(900'000, At(0));
  steered_.SetFrequency(900'000, At(1));
  ASSERT_THAT(events_, SizeIs(1));
  EXPECT_THAT(events_[0], HasSubstr("FAULT: a frequency correction of 900000 ppb"));
  steered_.SetFrequency(1'000, At(2));
  ASSERT_THAT(events_, SizeIs(2));
  EXPECT_THAT(events_[1], HasSubstr("RECOVERED"));
}

}  // namespace
}  // namespace ptpcore::engine
