#include "cli/suggestion.h"

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(EditDistance("ptp", "ptp"), 0U);
  EXPECT_EQ(EditDistance("pto", "ptp"), 1U);
  EXPECT_EQ(EditDistance("pt", "ptp"), 1U);
  EXPECT_EQ(EditDistance("pttp", "ptp"), 1U);
  EXPECT_EQ(EditDistance("tpp", "ptp"), 1U);
  EXPECT_EQ(EditDistance("", "ptp"), 3U);
}

TEST(Nearest, IsTheKnownWordThatOneSlipMakes) {
  EXPECT_EQ(Nearest("firewal", {"ip", "firewall"}), "firewall");
  EXPECT_EQ(Nearest("gte", {"get", "set"}), "get");
}

TEST(Nearest, IsNothingWhenTheWordIsAnotherOne) {
  EXPECT_EQ(Nearest("xyz", {"get", "set"}), "");
  EXPECT_EQ(Nearest("ab", {"ip"}), "");
  EXPECT_EQ(Nearest(std::string(100000, 'a'), {"get"}), "");
}

}  // namespace
}  // namespace hostctl::cli
