#include "ptpcore/servo/change_detector.h"

#include "gtest/gtest.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::servo {
namespace {

TEST(ChangeDetector, IsQuietWhileTheNoiseIsAsLearned) {
  ChangeDetector detector;
  sim::Random random(1);
  int alarms = 0;
  for (int i = 0; i < 100'000; ++i) {
    if (detector.See(1 - random.Uniform(), 0, 1'000)) {
      ++alarms;
      detector.Reset();
    }
  }
  EXPECT_LE(alarms, 3);
}

TEST(ChangeDetector, NoticesThatAllPacketsAreLate) {
  ChangeDetector detector;
  int seen = 1;
  while (!detector.See(1e-5, 0, 90'000 + seen)) ASSERT_LT(++seen, 20);
  EXPECT_LE(seen, 5);
  EXPECT_EQ(detector.size_ns(), 90'001) << "the smallest deviation is the size of the change";
}

TEST(ChangeDetector, NoticesPacketsThatAreTooEarly) {
  ChangeDetector detector;
  int seen = 1;
  while (!detector.See(1, 0.999, 50'000)) ASSERT_LT(++seen, 20);
  EXPECT_LE(seen, 5);
}

TEST(ChangeDetector, ForgivesSingleOutliers) {
  ChangeDetector detector;
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_FALSE(detector.See(i % 10 == 0 ? 1e-9 : 0.5, 0, 1e6)) << i;
  }
}

}  // namespace
}  // namespace ptpcore::servo
