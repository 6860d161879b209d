#include "ptpcore/engine/clock_status.h"

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

using std::chrono::seconds;

protocol::MonoTime At(int s) {
  return protocol::MonoTime(seconds(s));
}

TEST(ClockStatus, AcquiresLocksAndHoldsOver) {
  ClockStatus status(seconds(100));
  EXPECT_EQ(status.state(), ClockState::kFreeRunning);
  status.Measured(false);
  EXPECT_EQ(status.state(), ClockState::kAcquiring);
  EXPECT_FALSE(status.synchronized());
  status.Measured(true);
  EXPECT_EQ(status.state(), ClockState::kLocked);
  EXPECT_TRUE(status.synchronized());
  status.Lost(At(10));
  EXPECT_EQ(status.state(), ClockState::kHoldover);
  EXPECT_EQ(status.holdover_since(), At(10));
  EXPECT_TRUE(status.synchronized());
}

TEST(ClockStatus, HoldoverExpiresAtItsLimitAndNotBefore) {
  ClockStatus status(seconds(100));
  status.Measured(true);
  status.Lost(At(10));
  status.Advance(At(109));
  EXPECT_EQ(status.state(), ClockState::kHoldover);
  status.Advance(At(110));
  EXPECT_EQ(status.state(), ClockState::kHoldoverExpired);
  EXPECT_FALSE(status.synchronized());
}

TEST(ClockStatus, HoldoverLastsUntilTheNewMeasurementsAreSettled) {
  ClockStatus status(seconds(100));
  status.Measured(true);
  status.Lost(At(10));
  status.Measured(false);
  EXPECT_EQ(status.state(), ClockState::kHoldover);
  status.Lost(At(50));
  EXPECT_EQ(status.holdover_since(), At(10)) << "a failed attempt does not begin it anew";
  status.Measured(true);
  EXPECT_EQ(status.state(), ClockState::kLocked);
  EXPECT_FALSE(status.holdover_since());
}

TEST(ClockStatus, AClockThatWasNeverLockedHasNothingToHold) {
  ClockStatus status(seconds(100));
  status.Measured(false);
  status.Lost(At(10));
  EXPECT_EQ(status.state(), ClockState::kFreeRunning);
}

}  // namespace
}  // namespace ptpcore::engine
