#include "cli/target.h"

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

// `host|port`, or `refused`.
std::string Parsed(const std::string& text) {
  const ParsedServer server = ParseServer(text);
  return server.ok ? server.host + "|" + std::to_string(server.port) : "refused";
}

TEST(Server, IsAHostWithTheUsualPortOrItsOwn) {
  EXPECT_EQ(Parsed("esx1"), "esx1|7319");
  EXPECT_EQ(Parsed("esx1.example.org:8000"), "esx1.example.org|8000");
  EXPECT_EQ(Parsed("192.0.2.1"), "192.0.2.1|7319");
  EXPECT_EQ(Parsed("192.0.2.1:1"), "192.0.2.1|1");
}

TEST(Server, IsAnIpv6AddressOnlyInBrackets) {
  EXPECT_EQ(Parsed("[::1]"), "::1|7319");
  EXPECT_EQ(Parsed("[2001:db8::1]:65535"), "2001:db8::1|65535");
  EXPECT_EQ(Parsed("[fe80::1%eth0]"), "fe80::1%eth0|7319");
  EXPECT_EQ(Parsed("::1"), "refused");
  EXPECT_EQ(Parsed("2001:db8::1"), "refused");
}

TEST(Server, IsRefusedWhenItIsNone) {
  for (const char* text :
       {"", ":", ":7319", "esx1:", "esx1:0", "esx1:65536", "esx1:ssh", "esx1:1:2", "[::1",
        "[::1]7319", "[]", "[esx1]", "a b", "a/b", "unix:/x", "-x", "esx1:+5", "esx1: 5"}) {
    EXPECT_EQ(Parsed(text), "refused") << text;
  }
  EXPECT_EQ(Parsed(std::string(254, 'a')), "refused");
}

TEST(Target, IsNamedAsAUserWouldWriteIt) {
  EXPECT_EQ(TargetText(UnixTarget{"/run/x.sock"}), "/run/x.sock");
  EXPECT_EQ(TargetText(TcpTarget{"esx1", 7319, {}}), "esx1:7319");
  EXPECT_EQ(TargetText(TcpTarget{"::1", 8000, {}}), "[::1]:8000");
  EXPECT_EQ(HostName(TcpTarget{"esx1", 7319, {}}), "esx1");
  EXPECT_EQ(HostName(TcpTarget{"esx1", 8000, {}}), "esx1:8000");
}

}  // namespace
}  // namespace hostctl::cli
