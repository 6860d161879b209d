#include "service/daemon/backoff.h"

#include "gtest/gtest.h"

namespace hostctl::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Backoff, AtOnceThenDoublingUpToTenSeconds) {
  Backoff backoff;
  for (const int expected : {0, 250, 500, 1000, 2000, 4000, 8000, 10000, 10000}) {
    EXPECT_EQ(backoff.Next(seconds(1)), milliseconds(expected));
  }
}

TEST(Backoff, ALongLifeStartsItAnew) {
  Backoff backoff;
  for (int i = 0; i < 5; ++i) backoff.Next(seconds(1));
  EXPECT_EQ(backoff.Next(seconds(30)), milliseconds(0));
  EXPECT_EQ(backoff.Next(seconds(1)), milliseconds(250));
}

}  // namespace
}  // namespace hostctl::daemon
