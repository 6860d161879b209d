#include "ptpcore/security/association_file.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "octets.h"

namespace ptpcore::security {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string ErrorOf(const std::string& text) {
  const auto read = ParseAssociations(text);
  return read.ok() ? "it was read" : std::string(read.status().message());
}

// What the key with this id makes of an empty text: it tells keys apart.
std::string FingerprintOf(const Association& association, uint32_t id) {
  const Key* key = association.Find(id);
  return key != nullptr ? ToHex(key->mac.Compute({})->span()) : "no such key";
}

// Laid out as the example that linuxptp installs.
constexpr char kShared[] = R"(#
# keys of the machine hall
[security_association]
spp 0
allow_mutable 1
seqnum_length 0
res_length 0

1 SHA256-128 HEX:F8ADC6B8B8E9AA709106BA42481EC9E29607334DE2C3C737A11A12931DB27F8C
	2 sha256 32 HEX:ee91d469b3a8adc6ac8eb28e21794c706e08fde48863828a7b0281afca81b17d

[security_association]
  spp 255
seqid_window 20
1 AES128 HEX:FAF48EBA01E7C5966A76CB787AED4E7B
2 AES256 B64:PKTF9VQz94qPaoAzW4eE3JtFoQ8Ov1OTQSojalWyMbs=
3 SHA256 26 abcdefghijklmnopqrstuvwxyz
4 SHA256 26 ASCII:abcdefghijklmnopqrstuvwxyz
)";

TEST(AssociationFileTest, ReadsWhatPtp4lReads) {
  const auto read = ParseAssociations(kShared);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 2U);
  const Association& first = read->at(0);
  EXPECT_TRUE(first.mutable_correction);
  EXPECT_EQ(first.sequence_window, 3);
  ASSERT_EQ(first.keys.size(), 2U);
  EXPECT_EQ(first.Find(1)->mac.algorithm(), MacAlgorithm::kHmacSha256_128);
  EXPECT_EQ(first.Find(2)->mac.algorithm(), MacAlgorithm::kHmacSha256);

  const Association& second = read->at(255);
  EXPECT_EQ(second.pointer, 255);
  EXPECT_FALSE(second.mutable_correction);
  EXPECT_EQ(second.sequence_window, 20);
  EXPECT_EQ(second.Find(1)->mac.algorithm(), MacAlgorithm::kAes128Cmac);
  EXPECT_EQ(second.Find(2)->mac.algorithm(), MacAlgorithm::kAes256Cmac);
  EXPECT_EQ(FingerprintOf(second, 3), FingerprintOf(second, 4));
}

TEST(AssociationFileTest, AKeyIsTheSameHoweverItIsWritten) {
  const auto read = ParseAssociations(
      "spp 7\n1 AES128 HEX:FAF48EBA01E7C5966A76CB787AED4E7B\n"
      "2 AES128 B64:+vSOugHnxZZqdst4eu1Oew==\n3 AES128 FAF48EBA01E7C596\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(FingerprintOf(read->at(7), 1), FingerprintOf(read->at(7), 2));
  EXPECT_NE(FingerprintOf(read->at(7), 1), FingerprintOf(read->at(7), 3));  // as text
}

constexpr char kStart[] = "[security_association]\nspp 0\n";
constexpr char kSecret[] = "0123456789abcdefSECRET";

TEST(AssociationFileTest, WhatIsWrongIsSaidWithItsLine) {
  const struct {
    std::string lines;
    const char* wrong;
  } cases[] = {
      {"spp 256\n", "line 3: spp: expected one number in 0..255"},
      {"spp 0\n", "line 3: spp 0 stands here twice"},
      {"spp\n", "line 3: spp: expected one number"},
      {"seqid_window 32768\n", "line 3: seqid_window: expected one number in 0..32767"},
      {"allow_mutable yes\n", "line 3: allow_mutable: expected one number in 0..1"},
      {"seqnum_length 2\n", "line 3: seqnum_length: expected one number in 0..0"},
      {"0 SHA256 0123456789abcdef\n", "line 3: neither a setting nor a key id in 1..4294967295"},
      {"4294967296 SHA256 0123456789abcdef\n", "line 3: neither a setting nor a key id"},
      {"1 SHA256\n", "line 3: key 1: expected `id algorithm [octets] value`"},
      {"1 SHA256 16 01234567 89abcdef\n", "line 3: key 1: expected"},
      {"1 MD5 0123456789abcdef\n", "line 3: key 1: the algorithm is none of SHA256-128"},
      {"1 AES128 HEX:0G\n", "line 3: key 1: its value is not what HEX: or B64:"},
      {"1 AES128 HEX:012\n", "line 3: key 1: its value is not what HEX: or B64:"},
      {"1 AES128 B64:****\n", "line 3: key 1: its value is not what HEX: or B64:"},
      {"1 AES128 17 0123456789abcdef\n", "line 3: key 1 has 16 octets, not as many as said"},
      {"1 AES128 0123456789abcde\n", "line 3: key 1: the key has 15 octets"},
      {"1 SHA256 short\n", "line 3: key 1: the key has 5 octets, and at least 14"},
      {"1 AES128 0123456789abcdef\n1 AES128 0123456789abcdef\n", "line 4: key 1 stands here twice"},
      {"validity 1 - -\n", "line 3: validity: there is no such key above it"},
      {"1 AES128 0123456789abcdef\nvalidity 1 tomorrow -\n", "line 4: validity 1: expected two"},
      {"1 AES128 0123456789abcdef\nvalidity 1 2026-02-30T00:00:00Z -\n", "line 4: validity 1"},
      {"1 AES128 0123456789abcdef\nvalidity 1 2026-12-01T00:00:00Z 2026-01-01T00:00:00Z\n",
       "line 4: validity 1: expected two times in order"},
      {"", "spp 0 has no key"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(ErrorOf(kStart + c.lines), HasSubstr(c.wrong)) << c.lines;
  }
  EXPECT_THAT(ErrorOf(""), HasSubstr("no [security_association] in it"));
  EXPECT_THAT(ErrorOf("[security_association]\n1 AES128 0123456789abcdef\n"),
              HasSubstr("line 2: expected `spp NUMBER` first"));
}

TEST(AssociationFileTest, NoMessageRepeatsAKey) {
  for (const char* line : {"1 SHA256 99 ", "1 MD5 ", "1 AES128 ", "x ",
                           "1 SHA256 HEX:", "1 SHA256 a b c ", "validity ", "validity 1 - ", ""}) {
    EXPECT_THAT(ErrorOf(absl::StrCat(kStart, line, kSecret, "\n")), Not(HasSubstr("SECRET")))
        << line;
  }
}

TEST(AssociationFileTest, WhatIsCleansedCannotBeRead) {
  std::string text = kSecret;
  Cleanse(text);
  EXPECT_EQ(text, std::string(sizeof(kSecret) - 1, '\0'));
}

}  // namespace
}  // namespace ptpcore::security
