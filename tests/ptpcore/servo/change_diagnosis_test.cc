#include "ptpcore/servo/change_diagnosis.h"

#include "gtest/gtest.h"

namespace ptpcore::servo {
namespace {

using Kind = ChangeDiagnosis::Kind;
constexpr auto kSync = Direction::kFromMaster;
constexpr auto kRequest = Direction::kToMaster;

// A Sync and a Delay_Req each second that deviate by `sync` and `request`, and grow.
ChangeDiagnosis::Finding After(double sync, double request, double growth = 0) {
  ChangeDiagnosis diagnosis;
  for (int i = 0; i < 4; ++i) {
    diagnosis.Add(kRequest, i + 0.5, request - growth * (i + 0.5));
    diagnosis.Add(kSync, i + 1, sync + growth * (i + 1));
  }
  return diagnosis.Find(kSync, 100, 0);
}

TEST(ChangeDiagnosis, TellsARouteFromAClock) {
  EXPECT_EQ(After(9'000, 9'050).kind, Kind::kRoute);
  EXPECT_NEAR(After(9'000, 9'050).size_ns, 9'000, 50);
  EXPECT_EQ(After(-9'000, -9'000).kind, Kind::kRoute);
  EXPECT_EQ(After(9'000, -9'000).kind, Kind::kOffset);
  EXPECT_NEAR(After(-9'000, 9'000).size_ns, -9'000, 50);
}

TEST(ChangeDiagnosis, TellsWhichDirectionGotLonger) {
  EXPECT_EQ(After(9'000, 0).kind, Kind::kFromMasterOnly);
  EXPECT_EQ(After(0, -9'000).kind, Kind::kToMasterOnly);
  EXPECT_EQ(After(0, -9'000).size_ns, -9'000);
}

TEST(ChangeDiagnosis, TellsAMovingClock) {
  const auto finding = After(0, 0, 5'000);
  EXPECT_EQ(finding.kind, Kind::kFrequency);
  EXPECT_NEAR(finding.rate_ppb, 5'000, 1);
  EXPECT_NEAR(finding.size_ns, 20'000, 1) << "as of the newest flight";
}

TEST(ChangeDiagnosis, HasNoOpinionOfWhatFitsNothingOrIsSmall) {
  EXPECT_EQ(After(9'000, 4'500).kind, Kind::kTooEarly) << "asks for more first";
  EXPECT_EQ(After(120, 120).kind, Kind::kUnclear);
}

TEST(ChangeDiagnosis, WaitsForTheOtherDirection) {
  ChangeDiagnosis diagnosis;
  for (int i = 0; i < 5; ++i) diagnosis.Add(kSync, i, 9'000);
  EXPECT_EQ(diagnosis.Find(kSync, 100, 0).kind, Kind::kTooEarly);
  diagnosis.Add(kRequest, 5, 0);
  diagnosis.Add(kRequest, 5.5, 0);
  EXPECT_EQ(diagnosis.Find(kSync, 100, 0).kind, Kind::kFromMasterOnly);
}

}  // namespace
}  // namespace ptpcore::servo
