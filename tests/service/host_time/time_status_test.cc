#include "service/host_time/time_status.h"

#include "gtest/gtest.h"
#include "known_hosts.h"

namespace hostctl::host_time {
namespace {

TEST(StatusOf, SynchronizedByPtp) {
  const v1::TimeStatus status = StatusOf(PtpLocked());
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  EXPECT_EQ(status.protocol(), v1::TIME_PROTOCOL_PTP);
  EXPECT_EQ(status.source(), kGrandmaster);
  EXPECT_EQ(status.reason(), "PTP follows grandmaster 00005efffe005301 on vmk0");
  EXPECT_EQ(status.maximum_error_ns(), 40000);
  EXPECT_EQ(status.bound_95_ns(), 2000);
  EXPECT_EQ(status.offset_ns(), -23.5);
  EXPECT_EQ(status.takes_over(), "holdover for 1 h, then nothing");
}

}  // namespace
}  // namespace hostctl::host_time
