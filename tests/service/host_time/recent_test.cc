#include "service/host_time/recent.h"

#include "gtest/gtest.h"
#include "known_hosts.h"

namespace hostctl::host_time {
namespace {

using std::chrono::seconds;

Growth::TimePoint At(int s) {
  return Growth::TimePoint(seconds(s));
}

TEST(Growth, IsByHowMuchTheCounterGrewWithinTheWindow) {
  Growth growth(seconds(60));
  EXPECT_EQ(growth.Add(At(0), 5), 0U);  // from before it was first seen
  EXPECT_EQ(growth.Add(At(10), 7), 2U);
  EXPECT_EQ(growth.Add(At(20), 8), 3U);
  EXPECT_EQ(growth.Add(At(70), 8), 3U);
  EXPECT_EQ(growth.Add(At(71), 8), 1U);
  EXPECT_EQ(growth.Add(At(81), 8), 0U);
}

TEST(Growth, ACounterThatFallsHasBegunAnew) {
  Growth growth(seconds(60));
  growth.Add(At(0), 100);
  EXPECT_EQ(growth.Add(At(1), 3), 3U);
  EXPECT_EQ(growth.Add(At(2), 4), 4U);
}

TEST(Recent, CountsWhatTheEngineAndTheReconcilerReport) {
  Recent recent;
  Known known = PtpLocked();
  recent.Take(At(0), known);
  known.ptp.engine_restarts = 1;
  known.ptp.firewall_repairs = 2;
  v1::PtpStats& stats = *known.stats;
  stats.mutable_messages()->set_sync_received(50);
  stats.mutable_messages()->set_delay_req_sent(30);
  stats.mutable_messages()->set_pdelay_req_sent(10);
  stats.mutable_faults()->set_missing_receive_timestamps(1);
  stats.mutable_faults()->set_lost_transmit_timestamps(2);
  stats.mutable_faults()->set_unanswered_delay_requests(3);
  stats.mutable_faults()->set_unanswered_pdelay_requests(4);
  const Lately lately = recent.Take(At(50), known);
  EXPECT_EQ(lately.engine_restarts, 1U);
  EXPECT_EQ(lately.firewall_repairs, 2U);
  EXPECT_EQ(lately.syncs, 50U);
  EXPECT_EQ(lately.delay_requests, 40U);
  EXPECT_EQ(lately.lost_timestamps, 3U);
  EXPECT_EQ(lately.unanswered_requests, 7U);

  // Messages are forgotten after a minute, restarts and repairs after ten.
  EXPECT_EQ(recent.Take(At(111), known).syncs, 0U);
  EXPECT_EQ(recent.Take(At(650), known).engine_restarts, 1U);
  EXPECT_EQ(recent.Take(At(651), known).engine_restarts, 0U);
}

TEST(Recent, WithoutAReportTheEnginesCountersStandStill) {
  Recent recent;
  Known known = PtpLocked();
  recent.Take(At(0), known);
  known.stats->mutable_messages()->set_sync_received(5);
  EXPECT_EQ(recent.Take(At(1), known).syncs, 5U);
  known.stats = absl::UnavailableError("late");
  EXPECT_EQ(recent.Take(At(2), known).syncs, 5U);
}

}  // namespace
}  // namespace hostctl::host_time
