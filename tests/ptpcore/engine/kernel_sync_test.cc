#include "ptpcore/engine/kernel_sync.h"

#include <chrono>
#include <optional>
#include <vector>

#include "gtest/gtest.h"
#include "ptpcore/clock/clock.h"

namespace ptpcore::engine {
namespace {

using clock::ClockError;
using std::chrono::milliseconds;
using std::chrono::seconds;

class ToldClock : public clock::Clock {
 public:
  int64_t NowNs() override { return 0; }
  int64_t AtKernelTimestamp(int64_t realtime_ns) override { return realtime_ns; }
  absl::Status Step(int64_t /*delta_ns*/) override { return absl::OkStatus(); }
  absl::Status SetFrequency(double /*ppb*/) override { return absl::OkStatus(); }
  absl::StatusOr<double> Frequency() override { return 0; }
  double max_frequency_ppb() const override { return 0; }
  absl::Status TellSynchronized(const std::optional<ClockError>& error) override {
    told.push_back(error);
    return absl::OkStatus();
  }
  std::string name() const override { return "told"; }

  std::vector<std::optional<ClockError>> told;
};

class KernelSyncTest : public ::testing::Test {
 protected:
  void Update(std::optional<ClockError> error) {
    if (sync_.Wants(error.has_value(), now_)) sync_.Tell(error, now_);
  }

  ToldClock clock_;
  KernelSync sync_{clock_};
  protocol::MonoTime now_{seconds(100)};
};

TEST_F(KernelSyncTest, SaysNothingOfAClockThatWasNeverRight) {
  Update(std::nullopt);
  now_ += seconds(10);
  Update(std::nullopt);
  EXPECT_TRUE(clock_.told.empty());
  EXPECT_EQ(sync_.NextDeadline(), protocol::MonoTime::max());
}

TEST_F(KernelSyncTest, TellsARightClockAtOnceAndEverySecond) {
  Update(ClockError{100, 200});
  ASSERT_EQ(clock_.told.size(), 1U);
  EXPECT_EQ(clock_.told[0]->estimated_ns, 100);
  EXPECT_EQ(clock_.told[0]->maximum_ns, 200);
  EXPECT_EQ(sync_.NextDeadline(), now_ + seconds(1));
  now_ += milliseconds(999);
  Update(ClockError{90, 200});
  EXPECT_EQ(clock_.told.size(), 1U);
  now_ += milliseconds(1);
  Update(ClockError{80, 200});
  ASSERT_EQ(clock_.told.size(), 2U);
  EXPECT_EQ(clock_.told[1]->estimated_ns, 80);
}

TEST_F(KernelSyncTest, TellsAtOnceAndOnceThatAClockIsRightNoLonger) {
  Update(ClockError{100, 200});
  now_ += milliseconds(1);
  Update(std::nullopt);
  ASSERT_EQ(clock_.told.size(), 2U);
  EXPECT_FALSE(clock_.told[1].has_value());
  now_ += seconds(10);
  Update(std::nullopt);
  EXPECT_EQ(clock_.told.size(), 2U);
}

TEST_F(KernelSyncTest, LeavesAClockThatIsAnothersAsItIs) {
  Update(ClockError{100, 200});
  sync_.Leave();
  EXPECT_EQ(sync_.NextDeadline(), protocol::MonoTime::max());
  now_ += seconds(10);
  Update(std::nullopt);
  EXPECT_EQ(clock_.told.size(), 1U);
  Update(ClockError{100, 200});
  EXPECT_EQ(clock_.told.size(), 2U);
}

}  // namespace
}  // namespace ptpcore::engine
