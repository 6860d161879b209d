#include "ptpcore/profile/addresses.h"

#include "gtest/gtest.h"

namespace ptpcore::profile {
namespace {

namespace v1 = hostctl::v1;

TEST(Addresses, TellByWhichNetworkAClockIsReached) {
  EXPECT_EQ(ParseAddress("192.0.2.1")->network, v1::NETWORK_PROTOCOL_UDP_IPV4);
  EXPECT_EQ(ParseAddress("2001:db8::1")->network, v1::NETWORK_PROTOCOL_UDP_IPV6);
  EXPECT_EQ(ParseAddress("02:00:00:00:00:01")->network, v1::NETWORK_PROTOCOL_ETHERNET);
}

TEST(Addresses, HaveOneForm) {
  EXPECT_EQ(ParseAddress("2001:DB8:0:0::1")->text, "2001:db8::1");
  EXPECT_EQ(ParseAddress("02-AB-00-00-00-01")->text, "02:ab:00:00:00:01");
}

TEST(Addresses, OfNoSingleClockAreRefused) {
  for (const char* text :
       {"", "vmk0", "192.0.2", "192.0.2.1 ", "224.0.1.129", "255.255.255.255", "0.0.0.0",
        "ff02::181", "::", "01:1b:19:00:00:00", "00:00:00:00:00:00", "02:00:00:00:00",
        "02:00-00:00:00:01", "0200:0000:0001:0:0:0:1", "fe80::1%eth0"}) {
    EXPECT_FALSE(ParseAddress(text).has_value()) << text;
  }
}

TEST(Identities, HaveOneForm) {
  EXPECT_EQ(CanonicalIdentity("001B21FFFE030405"), "001b21fffe030405");
  EXPECT_EQ(CanonicalIdentity("00-1b-21-ff-fe-03-04-05"), "001b21fffe030405");
  EXPECT_EQ(CanonicalIdentity("00:1b:21:ff:fe:03:04:05/2"), "001b21fffe030405/2");
  EXPECT_EQ(CanonicalIdentity("001b21.fffe.030405"), "001b21fffe030405");
  EXPECT_EQ(CanonicalIdentity("001b21.fffe.030405-1"), "001b21fffe030405/1");
}

TEST(Identities, OfAnotherLengthOrWithAPortThatCannotBeAreRefused) {
  for (const char* text : {"", "001b21fffe0304", "001b21fffe03040506", "001b21fffe03040g",
                           "001b21fffe030405/", "001b21fffe030405/0", "001b21fffe030405/65535",
                           "001b21fffe030405/x", "001b21fffe030405/1/1", "001b21fffe030405/-1"}) {
    EXPECT_EQ(CanonicalIdentity(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ptpcore::profile
