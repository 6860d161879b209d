#include "ptpcore/protocol/minor_version_fallback.h"

#include "gtest/gtest.h"

namespace ptpcore::protocol {
namespace {

// How many failures in a row change the version; 0: a hundred do not.
int FailuresUntilChange(MinorVersionFallback& fallback) {
  for (int i = 1; i <= 100; ++i) {
    if (fallback.Failed()) return i;
  }
  return 0;
}

TEST(MinorVersionFallbackTest, OneIsKeptWhereItWorks) {
  MinorVersionFallback fallback;
  EXPECT_EQ(fallback.minor_version(), 1);
  fallback.Worked();
  EXPECT_EQ(FailuresUntilChange(fallback), 0) << "a master that went away is no reason";
  EXPECT_EQ(fallback.minor_version(), 1);
  EXPECT_FALSE(fallback.fell_back());
}

TEST(MinorVersionFallbackTest, ZeroIsTriedWhereOneNeverWorked) {
  MinorVersionFallback fallback;
  EXPECT_EQ(FailuresUntilChange(fallback), 4);
  EXPECT_EQ(fallback.minor_version(), 0);
  EXPECT_FALSE(fallback.fell_back()) << "not known yet to be better";
  fallback.Worked();
  EXPECT_TRUE(fallback.fell_back());
  EXPECT_EQ(FailuresUntilChange(fallback), 0);
  EXPECT_EQ(fallback.minor_version(), 0);
}

TEST(MinorVersionFallbackTest, WhereNeitherWorksTheyTakeTurns) {
  MinorVersionFallback fallback;
  EXPECT_EQ(FailuresUntilChange(fallback), 4);
  EXPECT_EQ(FailuresUntilChange(fallback), 4);
  EXPECT_EQ(fallback.minor_version(), 1);
  fallback.Worked();
  EXPECT_FALSE(fallback.fell_back());
}

TEST(MinorVersionFallbackTest, OneSuccessWipesOutTheFailuresBeforeIt) {
  MinorVersionFallback fallback;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(fallback.Failed());
  fallback.Worked();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(fallback.Failed());
  EXPECT_EQ(fallback.minor_version(), 1);
}

TEST(MinorVersionFallbackTest, AnotherDeviceStartsOver) {
  MinorVersionFallback fallback;
  FailuresUntilChange(fallback);
  fallback.Worked();
  fallback.Reset();
  EXPECT_EQ(fallback.minor_version(), 1);
  EXPECT_FALSE(fallback.fell_back());
}

}  // namespace
}  // namespace ptpcore::protocol
