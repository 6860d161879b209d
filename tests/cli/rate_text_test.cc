#include "cli/rate_text.h"

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

TEST(RateText, SaysIntervalsAsRates) {
  EXPECT_EQ(RateText(0), "1/s");
  EXPECT_EQ(RateText(-4), "16/s");
  EXPECT_EQ(RateText(1), "1/2s");
  EXPECT_EQ(RateText(4), "1/16s");
  EXPECT_EQ(RateText(127), "unknown");
  EXPECT_EQ(RateText(-128), "unknown");
}

}  // namespace
}  // namespace hostctl::cli
