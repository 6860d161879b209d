// What hostd says of its own start and end.
#include "service/event/life.h"

#include "gtest/gtest.h"

namespace hostctl::event {
namespace {

TEST(LifeTest, TheFirstStart) {
  const v1::Event event = HostdStarted("0.1.0", {}, {});
  EXPECT_EQ(event.code(), v1::EVENT_CODE_HOSTD_STARTED);
  EXPECT_EQ(event.severity(), v1::EVENT_SEVERITY_INFO);
  EXPECT_EQ(event.subject(), "hostd");
  EXPECT_EQ(event.new_value(), "0.1.0");
  EXPECT_EQ(event.message(), "hostd started, release 0.1.0");
}

TEST(LifeTest, AStartAfterAnEndIsNothingSpecial) {
  const v1::Event event =
      HostdStarted("0.1.0", {HostdStarted("0.1.0", {}, {}), HostdStopped("on SIGTERM")}, {});
  EXPECT_EQ(event.severity(), v1::EVENT_SEVERITY_INFO);
}

TEST(LifeTest, AStartAfterACrashSaysSo) {
  const v1::Event event =
      HostdStarted("0.1.0", {HostdStarted("0.1.0", {}, {})}, {"a record was cut off"});
  EXPECT_EQ(event.severity(), v1::EVENT_SEVERITY_WARNING);
  EXPECT_EQ(event.message(),
            "hostd started, release 0.1.0; the last one ended without notice; a record was cut "
            "off");
}

}  // namespace
}  // namespace hostctl::event
