// Tokens: taken back unchanged, and no others.
#include "service/event/resume_token.h"

#include <string>

#include "gtest/gtest.h"

namespace hostctl::event {
namespace {

TEST(ResumeTokenTest, IsTakenBack) {
  const Position position{0xfedcba9876543210, 42};
  EXPECT_EQ(FromToken(ToToken(position)), position);
  const Position last{1, UINT64_MAX};
  EXPECT_EQ(FromToken(ToToken(last)), last);
}

TEST(ResumeTokenTest, AnythingElseIsRefused) {
  const std::string token = ToToken({7, 42});
  for (size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == '1' ? '2' : '1';
    EXPECT_FALSE(FromToken(other).has_value()) << other;
    EXPECT_FALSE(FromToken(token.substr(0, i)).has_value());
  }
  EXPECT_FALSE(FromToken(token + "0").has_value());
  EXPECT_FALSE(FromToken(std::string(40, 'G')).has_value());
}

}  // namespace
}  // namespace hostctl::event
