// Which lines a user may add.
#include "service/ntp/directives.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::ntp {
namespace {

using ::testing::HasSubstr;

TEST(DirectivesTest, OnesThatTuneChronydAreTheUsers) {
  for (const char* line :
       {"minsources 2", "maxdistance 3.0", "  hwtimestamp *", "allow 192.0.2.0/24",
        "refclock PHC /dev/ptp0 poll 2", "leapsecmode slew", "logchange 0.5"}) {
    EXPECT_EQ(WhyRefused(line), std::nullopt) << line;
  }
}

TEST(DirectivesTest, OnesThatMoveFilesSocketOrClockAreNot) {
  const struct {
    const char* line;
    const char* why;
  } cases[] = {
      {"driftfile /etc/passwd", "files"},
      {"  PIDFILE /x", "files"},
      {"logdir\t/x", "files"},
      {"bindcmdaddress 0.0.0.0", "command chronyd"},
      {"cmdallow all", "command chronyd"},
      {"makestep 0.1 -1", "stepped"},
      {"local stratum 1", "stepped"},
      {"initstepslew 1 a", "stepped"},
      {"user root", "runs as"},
      {"include /x", "other files"},
      {"server a", "--server"},
      {"pool a", "--pool"},
      {"mailonchange a@b 1", "program"},
      {"# nothing", "comment"},
      {"   ", "comment"},
  };
  for (const auto& one : cases) {
    const auto why = WhyRefused(one.line);
    ASSERT_TRUE(why.has_value()) << one.line;
    EXPECT_THAT(*why, HasSubstr(one.why));
  }
}

}  // namespace
}  // namespace hostctl::ntp
