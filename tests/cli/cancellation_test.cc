#include "cli/cancellation.h"

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

TEST(Cancellation, EndsWhatRunsAndWhatComesLater) {
  Cancellation cancellation;
  int ended = 0;
  {
    const Cancellation::Scope scope(&cancellation, [&] { ++ended; });
    EXPECT_FALSE(cancellation.cancelled());
    cancellation.Cancel();
    EXPECT_EQ(ended, 1);
  }
  const Cancellation::Scope later(&cancellation, [&] { ++ended; });
  EXPECT_EQ(ended, 2);
  EXPECT_TRUE(cancellation.cancelled());
}

TEST(Cancellation, DoesNothingToWhatHasEnded) {
  Cancellation cancellation;
  int ended = 0;
  {
    const Cancellation::Scope scope(&cancellation, [&] { ++ended; });
  }
  cancellation.Cancel();
  EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace hostctl::cli
