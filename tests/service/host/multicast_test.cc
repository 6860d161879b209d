// The kernel's two lists of multicast memberships, as it writes them.
#include "service/host/multicast.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kIgmp[] =
    "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
    "1\tlo        :     1      V3\n"
    "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
    "12\tenp129s0f0np1:     3      V3\n"
    "\t\t\t\t6B0000E0     1 0:00000000\t\t0\n"
    "\t\t\t\t810100E0     2 0:00000000\t\t0\n"
    "\t\t\t\t010000E0     1 0:00000000\t\t0\n";

constexpr char kIgmp6[] =
    "1    lo              ff020000000000000000000000000001     1 0000000C 0\n"
    "12   enp129s0f0np1   ff0200000000000000000001ff000001     2 00000004 0\n";

TEST(MulticastTest, GroupsOfEachDeviceAreRead) {
  // The file holds numbers as this machine orders them.
  if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) GTEST_SKIP();
  EXPECT_THAT(*ParseIgmp(kIgmp), ElementsAre(MulticastGroup{1, "lo", "224.0.0.1", 1},
                                             MulticastGroup{12, "enp129s0f0np1", "224.0.0.107", 1},
                                             MulticastGroup{12, "enp129s0f0np1", "224.0.1.129", 2},
                                             MulticastGroup{12, "enp129s0f0np1", "224.0.0.1", 1}));
}

TEST(MulticastTest, Ipv6GroupsAreRead) {
  EXPECT_THAT(*ParseIgmp6(kIgmp6),
              ElementsAre(MulticastGroup{1, "lo", "ff02::1", 1},
                          MulticastGroup{12, "enp129s0f0np1", "ff02::1:ff00:1", 2}));
}

TEST(MulticastTest, NoDeviceAndNoFileAreNoGroups) {
  EXPECT_THAT(*ParseIgmp("Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"),
              IsEmpty());
  EXPECT_THAT(*ParseIgmp(""), IsEmpty()) << "a kernel without multicast";
  EXPECT_THAT(*ParseIgmp6(""), IsEmpty()) << "a kernel without IPv6";
}

TEST(MulticastTest, ALineOfAnotherShapeIsRefusedByItsText) {
  const std::string header = "Idx\tDevice    : Count\n";
  for (const std::string line : {
           "\t\t\t\t010000E0     1 0:0\t\t0",       // a group of no device
           "2\teth0 : 1 V3\n\t\t\t\t010000E   1",   // seven digits
           "2\teth0 : 1 V3\n\t\t\t\t010000EX  1",   // no hexadecimal number
           "2\teth0 : 1 V3\n\t\t\t\t010000E0  -1",  // less than no users
           "x\teth0 : 1 V3",                        // no index
           "2",                                     // cut off
       }) {
    const auto parsed = ParseIgmp(header + line);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << line;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("/proc/net/igmp has the line"));
  }
  EXPECT_THAT(std::string(ParseIgmp6("2 eth0 ff02 1").status().message()),
              HasSubstr("/proc/net/igmp6 has the line `2 eth0 ff02 1`"));
}

}  // namespace
}  // namespace hostctl::host
