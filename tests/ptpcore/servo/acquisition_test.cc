#include "ptpcore/servo/acquisition.h"

#include "gtest/gtest.h"

namespace ptpcore::servo {
namespace {

TEST(Acquisition, FitsOffsetRateAndDelay) {
  // 1 ms ahead at 0 s, 20 ppm fast, 50 us away.
  Acquisition acquisition(0);
  EXPECT_FALSE(acquisition.Add({Direction::kFromMaster, 0, 1'050'000}));
  EXPECT_FALSE(acquisition.Add({Direction::kToMaster, 0.5, -1'010'000 + 50'000}));
  EXPECT_FALSE(acquisition.Add({Direction::kFromMaster, 1, 1'070'000}));
  const auto fit = acquisition.Add({Direction::kFromMaster, 2, 1'090'000});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->state.offset_ns, 1'040'000, 1e-6);
  EXPECT_NEAR(fit->state.rate_ppb, 20'000, 2'000);
  EXPECT_NEAR(fit->state.delay_ns, 50'000, 1e-6);
  EXPECT_GE(fit->sigma.offset_ns, 50'000);
}

TEST(Acquisition, TakesTheCorrectionInForceOffTheRate) {
  Acquisition acquisition(-15'000);
  acquisition.Add({Direction::kFromMaster, 0, 1'000});
  acquisition.Add({Direction::kToMaster, 1, 1'000 - 5'000});
  const auto fit = acquisition.Add({Direction::kFromMaster, 2, 11'000});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->state.rate_ppb, 20'000, 10);
}

// Half a second of Syncs that came up to a millisecond late tells less of the frequency
// than that it is an oscillator's.
TEST(Acquisition, WouldRatherKeepTheCorrectionThanBelieveInAWildFrequency) {
  Acquisition acquisition(-15'000);
  acquisition.Add({Direction::kToMaster, 0, 10'000'000});
  acquisition.Add({Direction::kFromMaster, 0, 10'000'000});
  acquisition.Add({Direction::kFromMaster, 0.25, 10'500'000});
  const auto fit = acquisition.Add({Direction::kFromMaster, 0.5, 11'000'000});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->state.rate_ppb, 15'000, 1'000);
  EXPECT_NEAR(fit->sigma.rate_ppb, 200'000, 1'000);
}

TEST(Acquisition, WaitsForADelayHoweverManySyncsCome) {
  Acquisition acquisition(0);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_FALSE(acquisition.Add({Direction::kFromMaster, i * 0.1, 1'000}));
  }
  EXPECT_TRUE(acquisition.Add({Direction::kToMaster, 100, 1'000}));
}

TEST(Acquisition, WaitsForABaselineAtHighRates) {
  Acquisition acquisition(0);
  acquisition.Add({Direction::kToMaster, 0, 1'000});
  int syncs = 0;
  while (!acquisition.Add({Direction::kFromMaster, ++syncs / 128.0, 1'000})) ASSERT_LT(syncs, 128);
  EXPECT_GE(syncs, 64);
}

TEST(Acquisition, IgnoresASyncThatIsNotLater) {
  Acquisition acquisition(0);
  acquisition.Add({Direction::kToMaster, 0, 1'000});
  acquisition.Add({Direction::kFromMaster, 5, 1'000});
  EXPECT_FALSE(acquisition.Add({Direction::kFromMaster, 5, 1'000}));
  EXPECT_FALSE(acquisition.Add({Direction::kFromMaster, 4, 1'000}));
}

}  // namespace
}  // namespace ptpcore::servo
