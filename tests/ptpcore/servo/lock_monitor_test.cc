#include "ptpcore/servo/lock_monitor.h"

#include "gtest/gtest.h"

namespace ptpcore::servo {
namespace {

LockMonitor::Evidence Good() {
  return {100, 50, 10, 1'000, 1};
}

TEST(LockMonitor, LocksAfterThreeGoodSyncs) {
  LockMonitor monitor;
  EXPECT_FALSE(monitor.See(Good()));
  EXPECT_FALSE(monitor.See(Good()));
  EXPECT_TRUE(monitor.See(Good()));
}

TEST(LockMonitor, DoesNotLockWhileTheFrequencyIsUnknown) {
  LockMonitor monitor;
  LockMonitor::Evidence evidence = Good();
  evidence.rate_sigma_ppb = 50'000;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(monitor.See(evidence));
}

TEST(LockMonitor, SurvivesOneBadSyncAndIsLostByMany) {
  LockMonitor monitor;
  for (int i = 0; i < 3; ++i) monitor.See(Good());
  LockMonitor::Evidence bad = Good();
  bad.offset_ns = 1e6;
  EXPECT_TRUE(monitor.See(bad));
  EXPECT_TRUE(monitor.See(Good()));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(monitor.See(bad));
  EXPECT_FALSE(monitor.See(bad));
}

TEST(LockMonitor, NearMeansNearForTheNoiseThereIs) {
  LockMonitor::Evidence evidence = Good();
  evidence.offset_ns = 20'000;
  LockMonitor quiet;
  LockMonitor noisy;
  bool locked_quiet = false;
  bool locked_noisy = false;
  for (int i = 0; i < 5; ++i) {
    evidence.noise_ns = 1'000;
    locked_quiet = quiet.See(evidence);
    evidence.noise_ns = 20'000;
    locked_noisy = noisy.See(evidence);
  }
  EXPECT_FALSE(locked_quiet);
  EXPECT_TRUE(locked_noisy);
}

}  // namespace
}  // namespace ptpcore::servo
