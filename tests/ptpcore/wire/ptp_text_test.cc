#include "ptpcore/wire/ptp_text.h"

#include "gtest/gtest.h"
#include "hex.h"

namespace ptpcore::wire {
namespace {

Octets Written(const std::string& text) {
  Octets octets(256, 0xEE);
  Writer writer(absl::MakeSpan(octets));
  WriteText(text, writer);
  octets.resize(writer.size());
  return octets;
}

TEST(PtpTextTest, HasItsLengthBeforeIt) {
  const Octets octets = FromHex("03 616263 64");
  Reader reader(octets);
  EXPECT_EQ(ReadText(reader), "abc");
  EXPECT_EQ(reader.remaining(), 1U);
  EXPECT_EQ(Written("abc"), FromHex("03616263"));
  EXPECT_EQ(Written(""), FromHex("00"));
}

TEST(PtpTextTest, TextThatRunsPastTheEndIsRefused) {
  for (const char* hex : {"", "01", "03 6162"}) {
    const Octets octets = FromHex(hex);
    Reader reader(octets);
    EXPECT_FALSE(ReadText(reader)) << hex;
  }
}

TEST(PtpTextTest, TextThatIsTooLongIsCutBetweenCharacters) {
  EXPECT_EQ(Written(std::string(300, 'a')).size(), 256U);
  // The last character would end at octet 256.
  const Octets octets = Written(std::string(254, 'a') + "\xC3\xA9");
  EXPECT_EQ(octets[0], 254);
  EXPECT_EQ(octets.size(), 255U);
}

}  // namespace
}  // namespace ptpcore::wire
