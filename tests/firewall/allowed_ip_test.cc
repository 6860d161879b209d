#include "firewall/allowed_ip.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Refusal(const std::string& text) {
  const absl::StatusOr<std::string> parsed = ParseAllowedIp(text);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(parsed.status().message());
}

TEST(AllowedIp, TakesAddressesAndNetworks) {
  EXPECT_EQ(ParseAllowedIp("192.0.2.1").value(), "192.0.2.1");
  EXPECT_EQ(ParseAllowedIp("192.0.2.0/24").value(), "192.0.2.0/24");
  EXPECT_EQ(ParseAllowedIp("2001:db8::1").value(), "2001:db8::1");
  EXPECT_EQ(ParseAllowedIp("2001:db8::/32").value(), "2001:db8::/32");
}

TEST(AllowedIp, GivesEqualNetworksEqualText) {
  EXPECT_EQ(ParseAllowedIp("192.0.2.1/32").value(), "192.0.2.1");
  EXPECT_EQ(ParseAllowedIp("2001:DB8:0:0::1/128").value(), "2001:db8::1");
  EXPECT_EQ(ParseAllowedIp("2001:0db8::/032").value(), "2001:db8::/32");
}

TEST(AllowedIp, TakesWholeAddressFamilies) {
  EXPECT_EQ(ParseAllowedIp("0.0.0.0/0").value(), "0.0.0.0/0");
  EXPECT_EQ(ParseAllowedIp("::/0").value(), "::/0");
}

TEST(AllowedIp, HostBitsAreReportedWithTheNetworkThatWasMeant) {
  EXPECT_THAT(Refusal("192.0.2.77/24"),
              AllOf(HasSubstr("'192.0.2.77/24'"), HasSubstr("for the network write 192.0.2.0/24"),
                    HasSubstr("this one address 192.0.2.77")));
  EXPECT_THAT(Refusal("10.255.0.1/9"), HasSubstr("10.128.0.0/9"));
  EXPECT_THAT(Refusal("2001:db8:ffff::/33"), HasSubstr("2001:db8:8000::/33"));
  EXPECT_THAT(Refusal("1.2.3.4/0"), HasSubstr("0.0.0.0/0"));
}

TEST(AllowedIp, PrefixLengthsAreWithinTheFamily) {
  EXPECT_THAT(Refusal("192.0.2.0/33"), HasSubstr("0 to 32"));
  EXPECT_THAT(Refusal("2001:db8::/129"), HasSubstr("0 to 128"));
  for (const char* text : {"192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/ 8",
                           "192.0.2.0/8x", "192.0.2.0/24/24", "192.0.2.0/4294967320"}) {
    EXPECT_THAT(Refusal(text), HasSubstr("prefix length")) << text;
  }
}

TEST(AllowedIp, RefusesWhatIsNoAddress) {
  for (const char* text :
       {"", " ", "/", "/24", "all", "example.org", "192.0.2", "192.0.2.256", "0300.0.2.1",
        " 192.0.2.1", "192.0.2.1 ", "192.0.2.1,192.0.2.2", ":", "2001:db8:::1", "12345::"}) {
    EXPECT_THAT(Refusal(text), HasSubstr("write for example")) << text;
  }
}

TEST(AllowedIp, LooksAtTheWholeText) {
  EXPECT_THAT(Refusal(std::string("192.0.2.1\0junk", 14)), HasSubstr("\\x00junk"));
  const std::string message = Refusal(std::string(100000, '1'));
  EXPECT_LT(message.size(), 300U);
}

TEST(AllowedIp, RefusesWhatCanNeverBeASource) {
  EXPECT_THAT(Refusal("224.0.1.129"), HasSubstr("multicast"));
  EXPECT_THAT(Refusal("ff02::/16"), HasSubstr("multicast"));
  EXPECT_THAT(Refusal("::ffff:192.0.2.1"), HasSubstr("write it as IPv4"));
  EXPECT_THAT(Refusal("fe80::1%eth0"), HasSubstr("zone"));
}

TEST(IpNetwork, ContainsItselfAndWhatIsNarrower) {
  const IpNetwork wide = ParseIpNetwork("10.0.0.0/9").value();
  EXPECT_TRUE(wide.Contains(wide));
  EXPECT_TRUE(wide.Contains(ParseIpNetwork("10.127.255.255").value()));
  EXPECT_FALSE(wide.Contains(ParseIpNetwork("10.128.0.0").value()));
  EXPECT_FALSE(wide.Contains(ParseIpNetwork("10.0.0.0/8").value()));
  EXPECT_FALSE(ParseIpNetwork("0.0.0.0/0").value().Contains(ParseIpNetwork("::1").value()));
}

}  // namespace
}  // namespace hostctl::firewall
