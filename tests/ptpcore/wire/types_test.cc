#include "ptpcore/wire/types.h"

#include <limits>

#include "gtest/gtest.h"

namespace ptpcore::wire {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(ClockIdentityTest, IsMadeFromAMacAddress) {
  const ClockIdentity identity = ClockIdentityFromMac({0x00, 0x0C, 0x29, 0x1D, 0xDA, 0xAB});
  EXPECT_EQ(ToString(identity), "000c29fffe1ddaab");
}

TEST(ClockIdentityTest, ComparesAsOctetsFromTheFirst) {
  const ClockIdentity low = {{0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
  const ClockIdentity high = {{0, 0x80, 0, 0, 0, 0, 0, 0}};
  EXPECT_TRUE(low < high);
  EXPECT_FALSE(high < low);
  EXPECT_FALSE(low < low);
  EXPECT_TRUE(low == low);
  EXPECT_TRUE(low != high);
}

TEST(PortIdentityTest, IsWrittenWithItsPort) {
  const PortIdentity port = {{{0x00, 0x0C, 0x29, 0xFF, 0xFE, 0x1D, 0xDA, 0xAB}}, 65534};
  EXPECT_EQ(ToString(port), "000c29fffe1ddaab/65534");
}

TEST(PortIdentityTest, TheClockDecidesBeforeThePort) {
  const ClockIdentity low = {{1}};
  const ClockIdentity high = {{2}};
  EXPECT_TRUE((PortIdentity{low, 2} < PortIdentity{high, 1}));
  EXPECT_FALSE((PortIdentity{high, 1} < PortIdentity{low, 2}));
  EXPECT_TRUE((PortIdentity{low, 1} < PortIdentity{low, 0x100}));
  EXPECT_TRUE((PortIdentity{low, 1} != PortIdentity{low, 2}));
  EXPECT_TRUE((PortIdentity{low, 1} != PortIdentity{high, 1}));
}

TEST(TimeIntervalTest, IsScaledByTwoToTheSixteenth) {
  EXPECT_EQ(TimeInterval{0x28000}.nanoseconds(), 2.5);  // the example of 5.3.2
  EXPECT_EQ(TimeInterval{-0x10000}.nanoseconds(), -1.0);
}

TEST(SaturatingAddTest, AddsExactly) {
  EXPECT_EQ(SaturatingAdd({3}, {-5}).scaled_ns, -2);
  EXPECT_EQ(SaturatingAdd({kMax}, {kMin}).scaled_ns, -1);
}

TEST(SaturatingAddTest, StopsAtTheEnds) {
  EXPECT_EQ(SaturatingAdd({kMax}, {1}).scaled_ns, kMax);
  EXPECT_EQ(SaturatingAdd({1}, {kMax}).scaled_ns, kMax);
  EXPECT_EQ(SaturatingAdd({kMin}, {-1}).scaled_ns, kMin);
  EXPECT_EQ(SaturatingAdd({-1}, {kMin}).scaled_ns, kMin);
  EXPECT_EQ(SaturatingAdd({kMin}, {kMin}).scaled_ns, kMin);
}

TEST(ToNanosecondsTest, CountsFromTheEpoch) {
  EXPECT_EQ(ToNanoseconds({0, 0}), 0);
  EXPECT_EQ(ToNanoseconds({1795348053, 973609541}), 1'795'348'053'973'609'541);
}

TEST(ToNanosecondsTest, ABillionNanosecondsIsNotATimestamp) {
  EXPECT_EQ(ToNanoseconds({1, 999'999'999}), 1'999'999'999);
  EXPECT_FALSE(ToNanoseconds({1, 1'000'000'000}));
  EXPECT_FALSE(ToNanoseconds({1, 0xFFFFFFFF}));
}

TEST(ToNanosecondsTest, WhatDoesNotFitIsAbsent) {
  EXPECT_FALSE(ToNanoseconds({0xFFFFFFFFFFFF, 0}));
  EXPECT_FALSE(ToNanoseconds({kMax / 1'000'000'000, 0}));
}

// Any currentUtcOffset can be taken off what is returned: no signed overflow.
TEST(ToNanosecondsTest, LeavesRoomForAUtcOffset) {
  constexpr int64_t kSecond = 1'000'000'000;
  constexpr int64_t kRoom = 32768 * kSecond;
  for (int64_t s = kMax / kSecond - 40'000; s <= kMax / kSecond; ++s) {
    const auto ns = ToNanoseconds({static_cast<uint64_t>(s), 999'999'999});
    if (ns) {
      EXPECT_LE(*ns, kMax - kRoom) << s;
    }
  }
  EXPECT_TRUE(ToNanoseconds({9'223'286'400, 0}));  // 2262-04-11, the last day
}

}  // namespace
}  // namespace ptpcore::wire
