#include "ptpcore/engine/leap_keeper.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "fake_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/clock/virtual_clock.h"

namespace ptpcore::engine {
namespace {

using protocol::LeapFlags;
using protocol::LeapSecond;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Change = LeapKeeper::Change;
using Phase = LeapKeeper::Phase;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNewYear2027 = 1'798'761'600 * kSecond;
constexpr LeapFlags kLeap61{true, false};
constexpr LeapFlags kLeap59{false, true};
constexpr LeapFlags kNoLeap{};

// A clock that can be told to leap, as the kernel's, or cannot, as a virtual one.
class LeapingClock : public clock::Clock {
 public:
  LeapingClock(const FakeTime& time, bool leaps) : time_(time), leaps_(leaps) {}

  int64_t NowNs() override { return time_.realtime_ns() + offset_ns; }
  int64_t AtKernelTimestamp(int64_t realtime_ns) override { return realtime_ns + offset_ns; }
  absl::Status Step(int64_t delta_ns) override {
    if (!step_error.ok()) return step_error;
    offset_ns += delta_ns;
    ++steps;
    return absl::OkStatus();
  }
  absl::Status SetFrequency(double) override { return absl::OkStatus(); }
  absl::StatusOr<double> Frequency() override { return 0; }
  double max_frequency_ppb() const override { return 0; }
  absl::Status ArmLeapSecond(int leap) override {
    if (!leaps_) return Clock::ArmLeapSecond(leap);
    armed.push_back(leap);
    return absl::OkStatus();
  }
  std::string name() const override { return "leaping"; }

  int64_t offset_ns = 0;
  int steps = 0;
  std::vector<int> armed;
  absl::Status step_error;

 private:
  const FakeTime& time_;
  bool leaps_;
};

class LeapKeeperTest : public ::testing::Test {
 protected:
  explicit LeapKeeperTest(bool clock_leaps = false, bool read_only = false)
      : clock_(time_, clock_leaps),
        keeper_(clock_, std::nullopt, read_only,
                [this](const std::string& kind, const std::string& text) {
                  events_.push_back(kind + ": " + text);
                }) {}

  void SetTo(int64_t utc_ns) { clock_.offset_ns += utc_ns - clock_.NowNs(); }
  // Calls the keeper at each of its deadlines for so long; the last change that was one.
  Change Run(int64_t for_ns, const std::optional<LeapFlags>& announced, bool synchronized = true) {
    const int64_t end_ns = time_.monotonic_ns() + for_ns;
    Change last = Change::kNone;
    while (true) {
      const Change change = keeper_.Update(announced, synchronized, Now());
      if (change != Change::kNone) last = change;
      const int64_t next_ns = keeper_.NextDeadline().time_since_epoch().count();
      if (next_ns > end_ns) break;
      time_.AdvanceTo(next_ns);
    }
    time_.AdvanceTo(end_ns);
    return last;
  }
  protocol::MonoTime Now() const {
    return protocol::MonoTime(protocol::Duration(time_.monotonic_ns()));
  }

  FakeTime time_;
  LeapingClock clock_;
  std::vector<std::string> events_;
  LeapKeeper keeper_;
};

TEST_F(LeapKeeperTest, StepsAClockThatCannotLeapAtTheVeryInstant) {
  SetTo(kNewYear2027 - 60 * kSecond);
  EXPECT_EQ(Run(30 * kSecond, kLeap61), Change::kSet);
  EXPECT_EQ(keeper_.leap(), (LeapSecond{1, kNewYear2027}));
  EXPECT_EQ(clock_.steps, 0);
  EXPECT_EQ(Run(30 * kSecond, kLeap61), Change::kInstant);
  EXPECT_EQ(clock_.NowNs(), kNewYear2027 - kSecond);
  EXPECT_EQ(keeper_.phase(), Phase::kPassed);
  // The second midnight is an ordinary one.
  EXPECT_EQ(Run(60 * kSecond, kLeap61), Change::kNone);
  EXPECT_EQ(clock_.NowNs(), kNewYear2027 + 59 * kSecond);
  EXPECT_EQ(clock_.steps, 1);
  EXPECT_EQ(Run(600 * kSecond, kNoLeap), Change::kForgotten);
  EXPECT_EQ(keeper_.phase(), Phase::kNone);
  EXPECT_EQ(keeper_.leap(), std::nullopt);
  EXPECT_THAT(events_, ElementsAre(HasSubstr("LEAP_SECOND: by the master's announcement a second "
                                             "is inserted"),
                                   "LEAP_SECOND: a second was inserted"));
}

TEST_F(LeapKeeperTest, LeavesASecondOut) {
  SetTo(kNewYear2027 - 60 * kSecond);
  EXPECT_EQ(Run(59 * kSecond, kLeap59), Change::kInstant);
  EXPECT_EQ(clock_.NowNs(), kNewYear2027);
  Run(700 * kSecond, kNoLeap);
  EXPECT_EQ(clock_.NowNs(), kNewYear2027 + 700 * kSecond);
}

class LeapKeeperOfAKernelClock : public LeapKeeperTest {
 protected:
  LeapKeeperOfAKernelClock() : LeapKeeperTest(true) {}
};

TEST_F(LeapKeeperOfAKernelClock, ArmsItAndDisarmsItAfterwards) {
  SetTo(kNewYear2027 - 60 * kSecond);
  EXPECT_EQ(Run(120 * kSecond, kLeap61), Change::kInstant);
  EXPECT_EQ(clock_.steps, 0) << "the kernel sets it";
  EXPECT_EQ(Run(700 * kSecond, kNoLeap), Change::kForgotten);
  EXPECT_THAT(clock_.armed, ElementsAre(1, 0));
}

TEST_F(LeapKeeperOfAKernelClock, DisarmsItWhenTheMasterTakesItBack) {
  SetTo(kNewYear2027 - 3600 * kSecond);
  EXPECT_EQ(Run(60 * kSecond, kLeap61), Change::kSet);
  EXPECT_EQ(Run(60 * kSecond, kNoLeap), Change::kWithdrawn);
  EXPECT_THAT(clock_.armed, ElementsAre(1, 0));
  EXPECT_EQ(keeper_.leap(), std::nullopt);
}

TEST_F(LeapKeeperTest, AMasterThatIsLostTakesNothingBack) {
  SetTo(kNewYear2027 - 60 * kSecond);
  EXPECT_EQ(Run(10 * kSecond, kLeap61), Change::kSet);
  EXPECT_EQ(Run(60 * kSecond, std::nullopt), Change::kInstant);
  EXPECT_EQ(clock_.NowNs(), kNewYear2027 + 9 * kSecond);
}

TEST_F(LeapKeeperTest, AClockThatIsNotSynchronizedDoesNotKnowItsDay) {
  SetTo(kNewYear2027 - 60 * kSecond);
  EXPECT_EQ(Run(120 * kSecond, kLeap61, /*synchronized=*/false), Change::kNone);
  EXPECT_EQ(clock_.steps, 0);
  EXPECT_THAT(events_, IsEmpty());
}

class ReadOnlyLeapKeeper : public LeapKeeperTest {
 protected:
  ReadOnlyLeapKeeper() : LeapKeeperTest(true, true) {}
};

TEST_F(ReadOnlyLeapKeeper, TouchesNothing) {
  SetTo(kNewYear2027 - 60 * kSecond);
  EXPECT_EQ(Run(120 * kSecond, kLeap61), Change::kInstant);
  EXPECT_THAT(clock_.armed, IsEmpty());
  EXPECT_EQ(clock_.steps, 0);
}

TEST_F(LeapKeeperTest, AClockThatRefusesIsAFault) {
  SetTo(kNewYear2027 - 60 * kSecond);
  clock_.step_error = absl::PermissionDeniedError("not permitted");
  Run(120 * kSecond, kLeap61);
  EXPECT_EQ(events_.back(), "FAULT: not permitted");
}

TEST_F(LeapKeeperTest, SaysOnceThatALeapSecondIsIgnored) {
  SetTo(kNewYear2027 + 60 * kSecond);
  EXPECT_EQ(Run(60 * kSecond, kLeap61), Change::kNone);
  EXPECT_THAT(events_, ElementsAre(HasSubstr("not the last day of a month: ignored")));
}

}  // namespace
}  // namespace ptpcore::engine
