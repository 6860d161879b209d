#include "cli/format/text_layout.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;

TEST(Wrapped, BreaksAtBlanks) {
  EXPECT_THAT(Wrapped("one two three", 7), ElementsAre("one two", "three"));
}

TEST(Wrapped, BreaksAWordThatIsTooWide) {
  EXPECT_THAT(Wrapped("a 0123456789 b", 4), ElementsAre("a", "0123", "4567", "89 b"));
}

TEST(Wrapped, CountsCharactersNotBytes) {
  EXPECT_THAT(Wrapped("äöü ß", 3), ElementsAre("äöü", "ß"));
  EXPECT_THAT(Wrapped("äöüß", 3), ElementsAre("äöü", "ß"));
}

TEST(Wrapped, LeavesWhatFitsAndEverythingWithoutALimit) {
  EXPECT_THAT(Wrapped("mean  0.1", 9), ElementsAre("mean  0.1"));
  EXPECT_THAT(Wrapped("one two three", 0), ElementsAre("one two three"));
  EXPECT_THAT(Wrapped("", 5), ElementsAre(""));
}

TEST(Wrapped, KeepsTheBreaksThatAreThere) {
  EXPECT_THAT(Wrapped("a\nb", 5), ElementsAre("a", "b"));
}

TEST(Coloured, ColoursOnlyWhatMeansSomething) {
  EXPECT_EQ(Coloured("SLAVE", Meaning::kGood, true), "\x1b[32mSLAVE\x1b[0m");
  EXPECT_EQ(Coloured("SLAVE", Meaning::kGood, false), "SLAVE");
  EXPECT_EQ(Coloured("vmk0", Meaning::kNone, true), "vmk0");
  EXPECT_EQ(Coloured("", Meaning::kBad, true), "");
}

}  // namespace
}  // namespace hostctl::cli
