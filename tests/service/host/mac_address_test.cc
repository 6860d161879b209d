#include "service/host/mac_address.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::host {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(MacAddressTest, IsReadInEitherSpelling) {
  EXPECT_EQ(*ParseMac("00:50:56:6a:0b:0c"), "00:50:56:6a:0b:0c");
  EXPECT_EQ(*ParseMac("00-50-56-6A-0B-0C"), "00:50:56:6a:0b:0c");
}

TEST(MacAddressTest, WhatNoDeviceCanHaveIsRefused) {
  for (const std::string text : {"", "00:50:56:6a:0b", "00:50:56:6a:0b:0c:0d", "0050566a0b0c",
                                 "00:50:56:6a:0b:0g", "00 50 56 6a 0b 0c", "\x1b[2J"}) {
    const auto mac = ParseMac(text);
    EXPECT_TRUE(absl::IsInvalidArgument(mac.status())) << text;
    EXPECT_THAT(std::string(mac.status().message()), HasSubstr("must be six octets"));
    EXPECT_EQ(std::string(mac.status().message()).find('\x1b'), std::string::npos);
  }
  EXPECT_THAT(std::string(ParseMac("01:00:5e:00:01:81").status().message()), HasSubstr("a group"));
  EXPECT_THAT(std::string(ParseMac("00:00:00:00:00:00").status().message()),
              HasSubstr("no device"));
}

TEST(MacAddressTest, AMadeUpOneIsLocalValidAndAnotherEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string mac = RandomMac();
    EXPECT_THAT(mac, StartsWith("02:"));
    EXPECT_EQ(*ParseMac(mac), mac);
    seen.insert(mac);
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST(MacAddressTest, ThePortsOneIsHigherThanAnyBridgeTakes) {
  EXPECT_EQ(PortMacOf("02:00:00:00:00:01"), "fe:00:00:00:00:01");
}

}  // namespace
}  // namespace hostctl::host
