#include "ptpcore/security/source_limiter.h"

#include <set>

#include "gtest/gtest.h"

namespace ptpcore::security {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr uint32_t kRate = 1000;

wire::PortAddress Address(uint32_t number) {
  return {wire::NetworkProtocol::kUdpIpv4,
          4,
          {10, static_cast<uint8_t>(number >> 16), static_cast<uint8_t>(number >> 8),
           static_cast<uint8_t>(number)}};
}

// How many of those that come at this rate for `seconds` from `from_ns` on pass.
int Passed(SourceLimiter& limiter, const wire::PortAddress& from, int per_second, int seconds,
           int64_t from_ns = 0) {
  int passed = 0;
  for (int64_t i = 0; i < int64_t{per_second} * seconds; ++i) {
    passed += limiter.Allow(from, from_ns + i * kSecond / per_second);
  }
  return passed;
}

TEST(SourceLimiterTest, WithinTheRateEverythingPasses) {
  SourceLimiter limiter(kRate, 1);
  EXPECT_EQ(Passed(limiter, Address(1), kRate, 60), 60 * 1000);
  EXPECT_EQ(limiter.refused(), 0U);
}

TEST(SourceLimiterTest, OfAFloodTheRateAndOneBurstPass) {
  SourceLimiter limiter(kRate, 1);
  const int passed = Passed(limiter, Address(1), 100'000, 10);
  EXPECT_GE(passed, 10 * 1000);
  EXPECT_LE(passed, 12 * 1000 + 1);
  EXPECT_EQ(limiter.refused(), static_cast<uint64_t>(1'000'000 - passed));
}

TEST(SourceLimiterTest, ABurstOfTwoSecondsWorthPassesAtOnce) {
  SourceLimiter limiter(kRate, 1);
  int passed = 0;
  for (int i = 0; i < 5000; ++i) passed += limiter.Allow(Address(1), kSecond);
  EXPECT_EQ(passed, 2000);
  EXPECT_FALSE(limiter.Allow(Address(1), kSecond));
  EXPECT_TRUE(limiter.Allow(Address(1), kSecond + kSecond / kRate));
}

TEST(SourceLimiterTest, AFloodFromOneDoesNotTouchTheOthers) {
  SourceLimiter limiter(kRate, 1);
  Passed(limiter, Address(1), 1'000'000, 2);
  int others = 0;
  for (uint32_t i = 2; i < 102; ++i) others += limiter.Allow(Address(i), 2 * kSecond);
  EXPECT_GE(others, 98) << "at most a few share the bucket";
}

// Ten thousand clients that ask eight times a second.
TEST(SourceLimiterTest, ManyClientsOfAServerAreServed) {
  SourceLimiter limiter(2000, 1);
  for (int i = 0; i < 8 * 5; ++i) {
    for (uint32_t client = 0; client < 10'000; ++client) {
      ASSERT_TRUE(limiter.Allow(Address(client), i * kSecond / 8));
    }
  }
}

TEST(SourceLimiterTest, WhoSharesABucketCannotBeForeseen) {
  std::set<uint32_t> sharing[2];
  for (const uint64_t seed : {1U, 2U}) {
    SourceLimiter limiter(1, seed);
    while (limiter.Allow(Address(0), 0)) {
    }
    for (uint32_t i = 1; i < 40'000; ++i) {
      if (!limiter.Allow(Address(i), 0)) sharing[seed - 1].insert(i);
    }
  }
  EXPECT_NE(sharing[0], sharing[1]);
}

TEST(SourceLimiterTest, AnotherRateHoldsAtOnce) {
  SourceLimiter limiter(1, 1);
  EXPECT_TRUE(limiter.Allow(Address(1), 0));
  EXPECT_TRUE(limiter.Allow(Address(1), 0));
  EXPECT_FALSE(limiter.Allow(Address(1), 0));
  limiter.SetRate(kRate);
  EXPECT_EQ(Passed(limiter, Address(1), kRate, 5, 10 * kSecond), 5000);
}

}  // namespace
}  // namespace ptpcore::security
