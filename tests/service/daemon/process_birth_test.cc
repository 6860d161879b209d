#include "service/daemon/process_birth.h"

#include <unistd.h>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace hostctl::daemon {
namespace {

TEST(ProcessBirth, IsField22WhateverTheNameHolds) {
  const std::string rest = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20\n";
  EXPECT_EQ(BirthTicksIn("7 (chronyd)" + rest), 4242u);
  EXPECT_EQ(BirthTicksIn("7 (a) b) 99 (c)" + rest), 4242u);
}

TEST(ProcessBirth, OtherTextHasNone) {
  for (const char* text : {"", "7", "7 (chronyd", "7 (chronyd) S 1 2", ")"}) {
    EXPECT_FALSE(BirthTicksIn(text).has_value()) << text;
  }
  EXPECT_FALSE(
      BirthTicksIn("7 (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 many").has_value());
}

TEST(ProcessBirth, OursWasBeforeNowAndStaysTheSame) {
  const auto start = StartTimeOf(getpid());
  ASSERT_TRUE(start.has_value());
  EXPECT_LT(*start, absl::Now() + absl::Milliseconds(20));
  EXPECT_GT(*start, absl::Now() - absl::Hours(1));
  EXPECT_TRUE(BirthTicks(getpid()).has_value());
  EXPECT_EQ(BirthTicks(getpid()), BirthTicks(getpid()));
}

TEST(ProcessBirth, AProcessThatIsNotHasNone) {
  EXPECT_FALSE(BirthTicks(-1).has_value());
  EXPECT_FALSE(StartTimeOf(-1).has_value());
}

}  // namespace
}  // namespace hostctl::daemon
