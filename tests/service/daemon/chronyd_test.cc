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

TEST(Chronyd, AConfigurationOfHostdsReplacesTheOneThatACommandNames) {
  const OwnConfiguration ours{"/run/chrony.conf", "warning"};
  const char* const expected = "/usr/sbin/chronyd -x -d -u root -L 1 -f /run/chrony.conf";
  for (const char* line :
       {"/usr/sbin/chronyd -x -d -u root", "/usr/sbin/chronyd -x -d -u root -f /etc/chrony.conf",
        "/usr/sbin/chronyd -x -L 2 -d -f/etc/chrony.conf -u root",
        "/usr/sbin/chronyd -x -d -u root pool makestep",
        "/usr/sbin/chronyd -x -d -u root -- pool"}) {
    EXPECT_EQ(CommandWith(SplitCommand(line), ours), SplitCommand(expected)) << line;
  }
  EXPECT_EQ(CommandWith(SplitCommand("chronyd -dxf /c.conf -F 1"), {"/o", "error"}),
            SplitCommand("chronyd -dx -F 1 -L 2 -f /o"));
  EXPECT_TRUE(StaysOffTheClock(CommandWith(SplitCommand("chronyd -xf /c.conf"), ours)));
}

}  // namespace
}  // namespace hostctl::daemon
