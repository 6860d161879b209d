// Points in the past as users write them.
#include "cli/since_text.h"

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1623949795 * kSecond + 5;

TEST(SinceText, ASpanIsBeforeNow) {
  EXPECT_EQ(TimeFromSince("90s", kNow), kNow - 90 * kSecond);
  EXPECT_EQ(TimeFromSince("30m", kNow), kNow - 1800 * kSecond);
  EXPECT_EQ(TimeFromSince("1h", kNow), kNow - 3600 * kSecond);
  EXPECT_EQ(TimeFromSince("2d", kNow), kNow - 172800 * kSecond);
  EXPECT_EQ(TimeFromSince("1w", kNow), kNow - 604800 * kSecond);
  EXPECT_EQ(TimeFromSince("0s", kNow), kNow);
}

TEST(SinceText, ATimeIsItself) {
  EXPECT_EQ(TimeFromSince("2021-06-17T17:09:55Z", kNow), 1623949795 * kSecond);
  EXPECT_EQ(TimeFromSince("2021-06-17T19:09:55.5+02:00", kNow), 1623949795 * kSecond + kSecond / 2);
}

TEST(SinceText, WhatLiesBeforeAllTimeIsTheBeginning) {
  EXPECT_EQ(TimeFromSince("999999999w", kNow), 0);
}

TEST(SinceText, AnythingElseIsRefused) {
  for (const char* text : {"", "h", "1", "1x", "-1h", "1h30m", "9999999999s", "yesterday",
                           "2021-06-17", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z"}) {
    EXPECT_EQ(TimeFromSince(text, kNow), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace hostctl::cli
