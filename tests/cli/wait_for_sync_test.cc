#include "cli/wait_for_sync.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class WaitForSyncTest : public ::testing::Test {
 protected:
  WaitForSyncTest() { hostd_.updated_ptp.mutable_ptp()->mutable_config()->set_enabled(true); }

  v1::PtpStats& AddReport(v1::PortState port, v1::ClockState clock, const std::string& reason) {
    hostd_.watched.emplace_back();
    v1::PtpStats& stats = *hostd_.watched.back().mutable_stats();
    stats.set_port_state(port);
    stats.set_clock_state(clock);
    stats.set_state_reason(reason);
    return stats;
  }
  void AddListening() {
    AddReport(v1::PORT_STATE_LISTENING, v1::CLOCK_STATE_FREE_RUNNING, "no Announce heard yet");
  }
  void AddLocked() { AddReport(v1::PORT_STATE_SLAVE, v1::CLOCK_STATE_LOCKED, "synchronized"); }

  FakeHostd hostd_;
};

TEST_F(WaitForSyncTest, SaysOnTheWayHowItGoesAndSucceedsInSilence) {
  AddListening();
  AddListening();  // the same again is not told again
  AddReport(v1::PORT_STATE_SLAVE, v1::CLOCK_STATE_ACQUIRING, "");
  AddLocked();
  const CallResult result = hostd_.Run("system ptp set --enable -i vmk0 --wait-for-sync");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "Waiting: LISTENING (no Announce heard yet), 0 s of 60 s\n"
            "Waiting: SLAVE, clock ACQUIRING, 0 s of 60 s\n"
            "Synchronized after 0 s\n");
  EXPECT_TRUE(hostd_.update_ptp->config().enabled());
}

TEST_F(WaitForSyncTest, SaysNothingWhenThereIsNothingToWaitFor) {
  AddLocked();
  EXPECT_EQ(hostd_.Run("system ptp set --enable --wait-for-sync=5").err, "");
}

TEST_F(WaitForSyncTest, ExitsWithItsOwnCodeAndTheReasonWhenTheTimeIsUp) {
  hostd_.keeps_watching = true;
  AddListening();
  const CallResult result = hostd_.Run("system ptp set --enable --wait-for-sync 1");
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err,
              HasSubstr("Error: Not synchronized within 1 s: LISTENING (no Announce heard yet); "
                        "the setting stays in place\n  Do: hostctl system ptp get\n"));
}

TEST_F(WaitForSyncTest, NamesWhatStandsInTheWayOfAReport) {
  hostd_.keeps_watching = true;
  hostd_.watched.emplace_back();
  hostd_.watched.back().mutable_unavailable()->set_code("ENGINE_NOT_RUNNING");
  hostd_.watched.back().mutable_unavailable()->set_message("the engine restarts");
  EXPECT_THAT(hostd_.Run("system ptp set --enable --wait-for-sync=1").err,
              StartsWith("Waiting: ENGINE_NOT_RUNNING (the engine restarts), 0 s of 1 s\n"));
}

TEST_F(WaitForSyncTest, HasNothingToWaitForWhenPtpIsOff) {
  hostd_.updated_ptp.mutable_ptp()->mutable_config()->set_enabled(false);
  const CallResult result = hostd_.Run("system ptp set --disable --wait-for-sync");
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("Error: PTP is off: there is nothing to wait for\n"));
}

TEST_F(WaitForSyncTest, DoesNotGoWithADryRun) {
  EXPECT_EQ(hostd_.Run("system ptp set --enable --wait-for-sync --dry-run").exit_code, 2);
}

}  // namespace
}  // namespace hostctl::cli
