#include "ptpcore/security/mac.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "octets.h"

namespace ptpcore::security {
namespace {

using ::testing::HasSubstr;

std::string MacOf(MacAlgorithm algorithm, const char* key, const Octets& data) {
  const auto mac = Mac::Make(algorithm, FromHex(key));
  if (!mac.ok()) return std::string(mac.status().message());
  const auto icv = mac->Compute({data});
  return icv ? ToHex(icv->span()) : "libcrypto failed";
}

Octets Text(const std::string& text) {
  return {text.begin(), text.end()};
}

// RFC 4231 section 4.
TEST(HmacSha256Test, TheKnownAnswersOfRfc4231) {
  struct Case {
    const char* name;
    Octets key;
    Octets data;
    const char* hmac;
  };
  const Case cases[] = {
      {"4.2", Octets(20, 0x0B), Text("Hi There"),
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"4.4", Octets(20, 0xAA), Octets(50, 0xDD),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"4.5", FromHex("0102030405060708090a0b0c0d0e0f10111213141516171819"), Octets(50, 0xCD),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {"4.7", Octets(131, 0xAA), Text("Test Using Larger Than Block-Size Key - Hash Key First"),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(MacOf(MacAlgorithm::kHmacSha256, ToHex(c.key).c_str(), c.data), c.hmac) << c.name;
  }
}

// RFC 4231 4.6 gives the first 128 bits.
TEST(HmacSha256Test, Of128BitsItIsTheFirstHalf) {
  EXPECT_EQ(MacOf(MacAlgorithm::kHmacSha256_128, ToHex(Octets(20, 0x0C)).c_str(),
                  Text("Test With Truncation")),
            "a3b6167473100ee06e0c796c2955552b");
}

// RFC 4493 section 4: messages of 0, 16, 40 and 64 octets.
TEST(AesCmacTest, TheKnownAnswersOfRfc4493) {
  const Octets message = FromHex(
      "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
  const std::pair<ptrdiff_t, const char*> cases[] = {{0, "bb1d6929e95937287fa37d129b756746"},
                                                     {16, "070a16b46b4d4144f79bdd9dd04a287c"},
                                                     {40, "dfa66747de9ae63030ca32611497c827"},
                                                     {64, "51f0bebf7e3b9d92fc49741779363cfe"}};
  for (const auto& [size, cmac] : cases) {
    EXPECT_EQ(MacOf(MacAlgorithm::kAes128Cmac, "2b7e151628aed2a6abf7158809cf4f3c",
                    Octets(message.begin(), message.begin() + size)),
              cmac)
        << size;
  }
}

// NIST SP 800-38B, examples of CMAC with AES-256: 40 octets.
TEST(AesCmacTest, TheKnownAnswerOfSp80038bFor256Bits) {
  EXPECT_EQ(MacOf(MacAlgorithm::kAes256Cmac,
                  "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                  FromHex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                          "30c81c46a35ce411")),
            "aaf3d8f1de5640c232f5b169b9c911e6");
}

TEST(MacTest, PartsCountAsOneTextAndAKeyServesManyTexts) {
  const auto mac = Mac::Make(MacAlgorithm::kHmacSha256, Octets(20, 0x0B));
  ASSERT_TRUE(mac.ok());
  const Octets hi = Text("Hi ");
  const Octets there = Text("There");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ToHex(mac->Compute({hi, there})->span()),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_NE(mac->Compute({there, hi})->octets, mac->Compute({hi, there})->octets);
  }
}

TEST(MacTest, MatchesOnlyTheWholeRightValue) {
  const auto mac = Mac::Make(MacAlgorithm::kHmacSha256_128, Octets(20, 0x0C));
  ASSERT_TRUE(mac.ok());
  const Octets text = Text("Test With Truncation");
  const Octets right = FromHex("a3b6167473100ee06e0c796c2955552b");
  EXPECT_TRUE(mac->Matches({text}, right));
  for (size_t i = 0; i < right.size(); ++i) {
    Octets wrong = right;
    wrong[i] ^= 1;
    EXPECT_FALSE(mac->Matches({text}, wrong)) << "octet " << i;
  }
  EXPECT_FALSE(mac->Matches({text}, absl::MakeConstSpan(right).first(15)));
  EXPECT_FALSE(mac->Matches({text}, {}));
  EXPECT_FALSE(mac->Matches({text}, FromHex("a3b6167473100ee06e0c796c2955552b00")));
}

TEST(MacTest, AKeyThatDoesNotFitIsRefused) {
  EXPECT_THAT(MacOf(MacAlgorithm::kAes128Cmac, "0011", {}), HasSubstr("has 2 octets"));
  EXPECT_THAT(MacOf(MacAlgorithm::kAes256Cmac, "2b7e151628aed2a6abf7158809cf4f3c", {}),
              HasSubstr("needs 32"));
  EXPECT_THAT(MacOf(MacAlgorithm::kHmacSha256_128, "00112233445566778899aabbcc", {}),
              HasSubstr("at least 14"));
}

TEST(MacTest, TheValueIsAsLongAsTheAlgorithmSays) {
  EXPECT_EQ(IcvSize(MacAlgorithm::kHmacSha256_128), 16U);
  EXPECT_EQ(IcvSize(MacAlgorithm::kHmacSha256), 32U);
  EXPECT_EQ(IcvSize(MacAlgorithm::kAes128Cmac), 16U);
  EXPECT_EQ(IcvSize(MacAlgorithm::kAes256Cmac), 16U);
}

}  // namespace
}  // namespace ptpcore::security
