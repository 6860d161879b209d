#include "ptpcore/engine/best_pair.h"

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

TEST(BestPair, BelievesTheRoundTripWithTheLeastDelay) {
  BestPair best;
  best.Add(50'000 + 700, 50'000 - 700, 0);           // undisturbed: 700 ns ahead
  best.Add(50'000 + 700 + 90'000, 50'000 - 700, 0);  // the Sync waited in a queue
  best.Add(50'000 + 700, 50'000 - 700 + 40'000, 0);
  EXPECT_DOUBLE_EQ(best.OffsetNs(0), 700);
  EXPECT_DOUBLE_EQ(best.bound_ns(), 50'000 + BestPair::kStampErrorNs);
}

TEST(BestPair, IsSettledAfterHalfOfWhatItKeeps) {
  BestPair best;
  for (int i = 0; i < 3; ++i) best.Add(1'000, 1'000, 0);
  EXPECT_FALSE(best.settled());
  best.Add(1'000, 1'000, 0);
  EXPECT_TRUE(best.settled());
  best.Clear();
  EXPECT_FALSE(best.settled());
}

TEST(BestPair, ForgetsWhatIsOlderThanItsWindow) {
  BestPair best;
  best.Add(10, 10, 0);
  for (int i = 0; i < 8; ++i) best.Add(3'000, 1'000, 0);
  EXPECT_DOUBLE_EQ(best.OffsetNs(0), 1'000);
}

TEST(BestPair, ComparesAcrossASlewOrAStep) {
  BestPair best;
  best.Add(51'000, 49'000, /*moved_ns=*/0);             // 1 us ahead, undisturbed
  best.Add(51'000 + 80'000, 49'000, /*moved_ns=*/500);  // queued
  // The clock was moved ahead by 2 us since the first.
  EXPECT_DOUBLE_EQ(best.OffsetNs(2'000), 3'000);
}

TEST(BestPair, HasABoundAlsoWhereStampsMakeTheDelayNegative) {
  BestPair best;
  best.Add(-500, 100, 0);
  EXPECT_DOUBLE_EQ(best.bound_ns(), BestPair::kStampErrorNs);
}

}  // namespace
}  // namespace ptpcore::engine
