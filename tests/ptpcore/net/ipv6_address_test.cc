#include "ptpcore/net/ipv6_address.h"

#include "gtest/gtest.h"

namespace ptpcore::net {
namespace {

constexpr char kTable[] =
    "00000000000000000000000000000001 01 80 10 80       lo\n"
    "fe80000000000000000000fffe00000b 02 40 20 80     eth0\n"
    "20010db8000000000000000000000001 02 40 00 80     eth0\n"
    "fe80000000000000000000fffe00000c 0a 40 20 c0     eth1\n"
    "fe80000000000000000000fffe00000d 0b 40 20 48     eth2\n"
    "20010db8000000000000000000000002 0c 40 00 80     eth3\n"
    "fe80000000000000000000fffe00000d 0d 40 20 44     eth4\n";

TEST(LinkLocalInTest, APermanentLinkLocalAddressIsReady) {
  EXPECT_EQ(LinkLocalIn(kTable, 2), Ipv6Readiness::kReady);
}

TEST(LinkLocalInTest, OneThatIsBeingCheckedIsNot) {
  EXPECT_EQ(LinkLocalIn(kTable, 10), Ipv6Readiness::kTentative);
}

TEST(LinkLocalInTest, UnlessItMayBeUsedMeanwhile) {
  EXPECT_EQ(LinkLocalIn(kTable, 13), Ipv6Readiness::kReady);
}

TEST(LinkLocalInTest, ADuplicateIsNamedSo) {
  EXPECT_EQ(LinkLocalIn(kTable, 11), Ipv6Readiness::kDuplicate);
}

TEST(LinkLocalInTest, OtherScopesAndOtherDevicesAreNone) {
  EXPECT_EQ(LinkLocalIn(kTable, 12), Ipv6Readiness::kNone);
  EXPECT_EQ(LinkLocalIn(kTable, 1), Ipv6Readiness::kNone);
  EXPECT_EQ(LinkLocalIn(kTable, 99), Ipv6Readiness::kNone);
}

TEST(LinkLocalInTest, ATableOfAnotherFormIsNone) {
  EXPECT_EQ(LinkLocalIn("", 2), Ipv6Readiness::kNone);
  EXPECT_EQ(LinkLocalIn("fe80::1 2\nx y z\n\n", 2), Ipv6Readiness::kNone);
}

}  // namespace
}  // namespace ptpcore::net
