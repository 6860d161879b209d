#include "follow_up_race.h"

#include "gtest/gtest.h"

namespace ptpcore::bench {
namespace {

// Every Follow_Up takes exactly so long.
sim::LinkModel Taking(double ns) {
  sim::LinkModel link;
  link.constant_ns = ns;
  return link;
}

TEST(FollowUpRace, IsWonByASyncThatComesFirst) {
  FollowUpRace race(1);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(race(50'000, Taking(51'000)));
}

TEST(FollowUpRace, ASyncThatCameLateCostsTheNextTwoAsWell) {
  FollowUpRace race(1);
  EXPECT_FALSE(race(52'000, Taking(51'000)));
  EXPECT_FALSE(race(50'000, Taking(51'000)));
  EXPECT_FALSE(race(50'000, Taking(51'000)));
  EXPECT_TRUE(race(50'000, Taking(51'000)));
  EXPECT_TRUE(race(50'000, Taking(51'000)));
}

TEST(FollowUpRace, AfterTheThirdItTriesEachSyncUntilOneIsInTime) {
  FollowUpRace race(1);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(race(52'000, Taking(51'000)));
  EXPECT_TRUE(race(50'000, Taking(51'000)));
}

TEST(FollowUpRace, ALostFollowUpIsAsBadAsAnEarlyOne) {
  FollowUpRace race(1);
  sim::LinkModel broken = Taking(51'000);
  broken.loss = 1;
  EXPECT_FALSE(race(50'000, broken));
  EXPECT_FALSE(race(50'000, Taking(51'000)));
}

// Where both wait in the same kind of queue, a third of all Syncs is used, and those
// waited half as long.
TEST(FollowUpRace, PrefersTheSyncsThatDidNotWait) {
  FollowUpRace race(1);
  sim::Random random(2);
  sim::LinkModel lan = Taking(50'000);
  lan.queue_ns = 2'000;
  constexpr int kSyncs = 30'000;
  int used = 0;
  double waited_ns = 0;
  for (int i = 0; i < kSyncs; ++i) {
    const double sync_ns = *sim::Travel(lan, random);
    if (!race(sync_ns, lan)) continue;
    ++used;
    waited_ns += sync_ns - lan.constant_ns;
  }
  EXPECT_NEAR(static_cast<double>(used) / kSyncs, 1.0 / 3, 0.01);
  EXPECT_NEAR(waited_ns / used, 1'000, 30);
}

}  // namespace
}  // namespace ptpcore::bench
