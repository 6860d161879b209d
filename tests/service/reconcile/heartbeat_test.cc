#include "service/reconcile/heartbeat.h"

#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

using std::chrono::seconds;

constexpr pid_t kPid = 7;
const Heartbeat::TimePoint kStart = Heartbeat::TimePoint(seconds(1000));

TEST(HeartbeatTest, AnEngineThatAnswersDoesNotHang) {
  Heartbeat heartbeat;
  heartbeat.Answered();
  EXPECT_FALSE(heartbeat.Hangs(kPid));
}

TEST(HeartbeatTest, OneThatIsSilentForTenSecondsHangs) {
  Heartbeat heartbeat;
  for (int second = 0; second < 10; second += 3) {
    heartbeat.Silent(kPid, kStart + seconds(second));
    EXPECT_FALSE(heartbeat.Hangs(kPid)) << second;
  }
  heartbeat.Silent(kPid, kStart + seconds(10));
  EXPECT_TRUE(heartbeat.Hangs(kPid));
}

TEST(HeartbeatTest, AnyAnswerBeginsAnew) {
  Heartbeat heartbeat;
  for (int second = 0; second < 9; second += 3) heartbeat.Silent(kPid, kStart + seconds(second));
  heartbeat.Answered();
  heartbeat.Silent(kPid, kStart + seconds(12));
  EXPECT_FALSE(heartbeat.Hangs(kPid));
}

TEST(HeartbeatTest, AnotherProcessBeginsAnew) {
  Heartbeat heartbeat;
  for (int second = 0; second <= 12; second += 3) heartbeat.Silent(kPid, kStart + seconds(second));
  EXPECT_TRUE(heartbeat.Hangs(kPid));
  EXPECT_FALSE(heartbeat.Hangs(kPid + 1)) << "it has been replaced";
  heartbeat.Silent(kPid + 1, kStart + seconds(14));
  EXPECT_FALSE(heartbeat.Hangs(kPid + 1));
}

// Both were asleep; the question that was under way is given up the moment hostd wakes.
TEST(HeartbeatTest, AMinuteInWhichNobodyAskedDoesNotCount) {
  Heartbeat heartbeat;
  heartbeat.Silent(kPid, kStart);
  heartbeat.Silent(kPid, kStart + seconds(60));
  heartbeat.Silent(kPid, kStart + seconds(62));
  heartbeat.Silent(kPid, kStart + seconds(64));
  EXPECT_FALSE(heartbeat.Hangs(kPid));
}

TEST(HeartbeatTest, ManyWhoAskAtOnceAreNoLongTime) {
  Heartbeat heartbeat;
  for (int client = 0; client < 100; ++client) heartbeat.Silent(kPid, kStart);
  EXPECT_FALSE(heartbeat.Hangs(kPid));
}

}  // namespace
}  // namespace hostctl::reconcile
