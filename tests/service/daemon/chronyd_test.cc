#include "service/daemon/chronyd.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Chronyd, ACommandIsWordsBetweenBlanks) {
  EXPECT_THAT(SplitCommand("/usr/sbin/chronyd  -d -f /etc/chrony.conf "),
              ElementsAre("/usr/sbin/chronyd", "-d", "-f", "/etc/chrony.conf"));
  EXPECT_THAT(SplitCommand("  "), IsEmpty());
}

TEST(Chronyd, OnlyMinusXKeepsItOffTheClock) {
  for (const char* line : {"chronyd -x", "chronyd -d -x", "chronyd -dx", "chronyd -f /c.conf -x",
                           "chronyd -xf /c.conf", "chronyd -F 1 -dx"}) {
    EXPECT_TRUE(StaysOffTheClock(SplitCommand(line))) << line;
  }
  for (const char* line : {"chronyd", "chronyd -d", "chronyd -f -x", "chronyd -fx", "chronyd x",
                           "chronyd -u xavier", "/opt/-x/chronyd -d", "chronyd -- -x"}) {
    EXPECT_FALSE(StaysOffTheClock(SplitCommand(line))) << line;
  }
}

}  // namespace
}  // namespace hostctl::daemon
