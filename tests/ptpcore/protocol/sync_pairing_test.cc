#include "ptpcore/protocol/sync_pairing.h"

#include <limits>
#include <optional>

#include "gtest/gtest.h"

namespace ptpcore::protocol {
namespace {

TEST(SyncPairingTest, ASyncAndItsFollowUpMakeAPair) {
  SyncPairing pairing;
  EXPECT_FALSE(pairing.OnTwoStepSync(7, {100}, {2'000}));
  const std::optional<CompleteSync> pair = pairing.OnFollowUp(7, 1'000, {23});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->sequence_id, 7);
  EXPECT_EQ(pair->t1_ns, 1'000);
  EXPECT_EQ(pair->t2.ns, 2'000);
  EXPECT_EQ(pair->correction.scaled_ns, 123);  // of both
  EXPECT_EQ(pairing.unmatched(), 0U);
}

TEST(SyncPairingTest, TheFollowUpMayComeFirst) {
  SyncPairing pairing;
  EXPECT_FALSE(pairing.OnFollowUp(7, 1'000, {23}));
  const std::optional<CompleteSync> pair = pairing.OnTwoStepSync(7, {100}, {2'000});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->t1_ns, 1'000);
  EXPECT_EQ(pair->t2.ns, 2'000);
  EXPECT_EQ(pair->correction.scaled_ns, 123);
}

TEST(SyncPairingTest, APairIsHandedOutOnce) {
  SyncPairing pairing;
  pairing.OnTwoStepSync(7, {}, {2'000});
  EXPECT_TRUE(pairing.OnFollowUp(7, 1'000, {}));
  EXPECT_FALSE(pairing.OnFollowUp(7, 1'000, {}));
}

TEST(SyncPairingTest, DifferentSequencesDoNotPair) {
  SyncPairing pairing;
  EXPECT_FALSE(pairing.OnTwoStepSync(7, {}, {2'000}));
  EXPECT_FALSE(pairing.OnFollowUp(8, 1'000, {}));
  // Each still waits for its own partner.
  const std::optional<CompleteSync> pair = pairing.OnTwoStepSync(8, {}, {3'000});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->sequence_id, 8);
  EXPECT_EQ(pair->t2.ns, 3'000);
}

TEST(SyncPairingTest, ALostFollowUpIsCountedAndForgotten) {
  SyncPairing pairing;
  pairing.OnTwoStepSync(7, {}, {2'000});
  pairing.OnTwoStepSync(8, {}, {3'000});
  EXPECT_EQ(pairing.unmatched(), 1U);
  const std::optional<CompleteSync> pair = pairing.OnFollowUp(8, 1'000, {});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->t2.ns, 3'000);
  EXPECT_FALSE(pairing.OnFollowUp(7, 1'000, {}));
}

TEST(SyncPairingTest, ALostSyncIsCountedAndForgotten) {
  SyncPairing pairing;
  pairing.OnFollowUp(7, 1'000, {});
  pairing.OnFollowUp(8, 2'000, {});
  EXPECT_EQ(pairing.unmatched(), 1U);
  const std::optional<CompleteSync> pair = pairing.OnTwoStepSync(8, {}, {3'000});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->t1_ns, 2'000);
}

// The second copy took a detour; its receive time says nothing of the path.
TEST(SyncPairingTest, OfASyncDeliveredTwiceTheFirstCounts) {
  SyncPairing pairing;
  pairing.OnTwoStepSync(7, {}, {2'000});
  EXPECT_FALSE(pairing.OnTwoStepSync(7, {}, {900'000}));
  EXPECT_EQ(pairing.unmatched(), 1U);
  const std::optional<CompleteSync> pair = pairing.OnFollowUp(7, 1'000, {});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->t2.ns, 2'000);
}

TEST(SyncPairingTest, ClearForgetsWithoutCounting) {
  SyncPairing pairing;
  pairing.OnTwoStepSync(7, {}, {2'000});
  pairing.Clear();
  EXPECT_FALSE(pairing.OnFollowUp(7, 1'000, {}));
  pairing.Clear();
  EXPECT_EQ(pairing.unmatched(), 0U);
}

TEST(SyncPairingTest, CorrectionsOfAnySizeAreAdded) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  SyncPairing pairing;
  pairing.OnTwoStepSync(7, {kMax}, {2'000});
  EXPECT_EQ(pairing.OnFollowUp(7, 1'000, {kMax})->correction.scaled_ns, kMax);
}

}  // namespace
}  // namespace ptpcore::protocol
