#include "ptpcore/engine/master_policy.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

using ::testing::ElementsAre;

MasterOpinion Master(uint8_t number, double offset_ns, double bound_ns, uint8_t priority1 = 128) {
  MasterOpinion opinion;
  opinion.master.emplace();
  opinion.master->grandmaster.octets[7] = number;
  opinion.master->sender = {opinion.master->grandmaster, 1};
  opinion.master->priority1 = priority1;
  opinion.measured = true;
  opinion.offset_ns = offset_ns;
  opinion.bound_ns = bound_ns;
  return opinion;
}
MasterOpinion Unmeasured(uint8_t number, uint8_t priority1 = 128) {
  MasterOpinion opinion = Master(number, 0, 0, priority1);
  opinion.measured = false;
  return opinion;
}

TEST(MasterPolicy, FollowsTheOnlyMasterThereIs) {
  const auto verdict = JudgeMasters({MasterOpinion(), Unmeasured(2)}, 0, {});
  EXPECT_EQ(verdict.follow, 1u);
  EXPECT_THAT(verdict.standings, ElementsAre(Standing::kNone, Standing::kFollowed));
}

TEST(MasterPolicy, FollowsNobodyWhereThereIsNobody) {
  EXPECT_FALSE(JudgeMasters({MasterOpinion(), MasterOpinion()}, 0, {}).follow);
}

TEST(MasterPolicy, TakesTheBetterOnceItIsMeasured) {
  const MasterOpinion followed = Master(1, 0, 100, 128);
  EXPECT_EQ(JudgeMasters({followed, Unmeasured(2, 10)}, 0, {}).follow, 0u);
  EXPECT_EQ(JudgeMasters({followed, Master(2, 50, 100, 10)}, 0, {}).follow, 1u);
  EXPECT_EQ(JudgeMasters({followed, Master(2, 50, 100, 200)}, 0, {}).follow, 0u);
}

TEST(MasterPolicy, AtTheStartTakesTheBetterWithoutMeasuring) {
  EXPECT_EQ(JudgeMasters({Unmeasured(1, 128), Unmeasured(2, 10)}, 0, {}).follow, 1u);
}

TEST(MasterPolicy, DistrustsTheOneThatContradictsTwo) {
  const auto verdict =
      JudgeMasters({Master(1, 0, 100), Master(2, 5'000, 100), Master(3, 80, 100)}, 0, {});
  EXPECT_EQ(verdict.follow, 0u);
  EXPECT_THAT(verdict.standings,
              ElementsAre(Standing::kFollowed, Standing::kDistrusted, Standing::kBackup));
}

TEST(MasterPolicy, LeavesTheLiarThatItFollowedThoughItIsTheBestByItsOwnWords) {
  const auto verdict = JudgeMasters(
      {Master(1, 0, 100, 1), Master(2, 5'000, 100), Master(3, 5'100, 100)}, 0, OwnOpinion{0, 50});
  EXPECT_EQ(verdict.follow, 1u);
  EXPECT_EQ(verdict.standings[0], Standing::kDistrusted);
}

TEST(MasterPolicy, OfTwoThatDisagreeBelievesTheOneThatOurOwnClockConfirms) {
  const auto verdict =
      JudgeMasters({Master(1, 9'000, 100, 1), Master(2, 20, 100)}, 0, OwnOpinion{0, 500});
  EXPECT_EQ(verdict.follow, 1u);
  EXPECT_THAT(verdict.standings, ElementsAre(Standing::kDistrusted, Standing::kFollowed));
}

TEST(MasterPolicy, OfTwoThatDisagreeWithoutAJudgeKeepsWhatItHas) {
  const auto verdict = JudgeMasters({Master(1, 9'000, 100), Master(2, 20, 100)}, 0, {});
  EXPECT_EQ(verdict.follow, 0u);
  EXPECT_THAT(verdict.standings, ElementsAre(Standing::kFollowed, Standing::kBackup));
}

TEST(MasterPolicy, OurOwnClockJudgesAlsoWhenTheLiarHasDraggedIt) {
  // The clock was moved 9 us ahead since it was last locked.
  const auto verdict =
      JudgeMasters({Master(1, 0, 100, 1), Master(2, 9'020, 100)}, 0, OwnOpinion{9'000, 500});
  EXPECT_EQ(verdict.follow, 1u);
}

TEST(MasterPolicy, DistrustLastsUntilTheMasterIsMeasuredAgain) {
  MasterOpinion liar = Unmeasured(1, 1);
  liar.distrusted_before = true;
  EXPECT_EQ(JudgeMasters({liar, Unmeasured(2)}, 1, {}).follow, 1u);
  liar.measured = true;
  liar.bound_ns = 100;
  EXPECT_EQ(JudgeMasters({liar, Master(2, 50, 100)}, 1, {}).follow, 0u);
}

TEST(MasterPolicy, DistrustLastsWhileThoseThatAreMeasuredAreEvenlyDivided) {
  MasterOpinion liar = Master(1, 5'000, 100, 1);
  liar.distrusted_before = true;
  const auto verdict = JudgeMasters({Master(2, 0, 100), liar, Unmeasured(3)}, 0, {});
  EXPECT_EQ(verdict.follow, 0u);
  EXPECT_EQ(verdict.standings[1], Standing::kDistrusted);
  // Alone, it is all there is.
  EXPECT_EQ(JudgeMasters({MasterOpinion(), liar}, 0, {}).follow, 1u);
}

TEST(MasterPolicy, AWideIntervalContradictsNobody) {
  const auto verdict =
      JudgeMasters({Master(1, 0, 100), Master(2, 50, 100), Master(3, 4'000, 5'000)}, 0, {});
  EXPECT_EQ(verdict.standings[2], Standing::kBackup);
}

}  // namespace
}  // namespace ptpcore::engine
