#include "service/host/tcp_sessions.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As Linux 6.1 prints them on a little-endian machine.
constexpr char kTcp[] =
    R"(  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20391 1
   1: 0A0200C0:0016 070200C0:D431 01 00000000:00000000 02:000A7C2D 00000000     0        0 28331 4
   2: 0A0200C0:0016 070200C0:D432 01 00000000:00000000 02:000A7C2D 00000000     0        0 28332 4
   3: 0A0200C0:0016 090200C0:D433 06 00000000:00000000 02:000A7C2D 00000000     0        0 28333 4
   4: 0A0200C0:01BB 080200C0:D434 01 00000000:00000000 02:000A7C2D 00000000     0        0 28334 4
   5: 0100007F:0016 0100007F:D435 01 00000000:00000000 02:000A7C2D 00000000     0        0 28335 4
)";
constexpr char kTcp6[] =
    R"(  sl  local_address                         remote_address                        st tx_queue
   0: B80D0120000000000000000001000000:0016 B80D0120000000000000000007000000:D431 01 00000000:00000000
   1: 0000000000000000FFFF00000A0200C0:0016 0000000000000000FFFF0000050200C0:D432 01 00000000:00000000
   2: 00000000000000000000000001000000:0016 00000000000000000000000001000000:D433 01 00000000:00000000
)";

TEST(TcpSessions, AreTheEstablishedConnectionsToThePortButForLoopback) {
  EXPECT_THAT(SessionsTo(22, kTcp), ElementsAre("192.0.2.7"));
  EXPECT_THAT(SessionsTo(443, kTcp), ElementsAre("192.0.2.8"));
  EXPECT_THAT(SessionsTo(23, kTcp), IsEmpty());
}

TEST(TcpSessions, OfIpv6AreTakenTooAndIpv4WithinItIsIpv4) {
  EXPECT_THAT(SessionsTo(22, kTcp6), ElementsAre("192.0.2.5", "2001:db8::7"));
}

TEST(TcpSessions, LinesThatAreNoneAreLeftOut) {
  EXPECT_THAT(SessionsTo(22, ""), IsEmpty());
  EXPECT_THAT(SessionsTo(22, "  1: 0A02:0016 07:D431 01\n   2: x:y z\n\n"), IsEmpty());
}

}  // namespace
}  // namespace hostctl::host
