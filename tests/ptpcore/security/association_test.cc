#include "ptpcore/security/association.h"

#include "gtest/gtest.h"
#include "ptpcore/security/association_file.h"

namespace ptpcore::security {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// 2026-12-01T00:00:00Z.
constexpr int64_t kDecember = 1'796'083'200 * kSecond;

Association Parse(const std::string& lines) {
  auto read = ParseAssociations("[security_association]\nspp 0\n" + lines);
  EXPECT_TRUE(read.ok()) << read.status();
  return read.ok() ? std::move(read->at(0)) : Association{};
}

constexpr char kOne[] = "1 SHA256-128 HEX:000102030405060708090A0B0C0D0E0F\n";
constexpr char kTwo[] = "2 SHA256-128 HEX:101112131415161718191A1B1C1D1E1F\n";

TEST(AssociationTest, OfKeysWithoutLimitsTheFirstIsSentWith) {
  const Association association = Parse(std::string(kTwo) + kOne);
  EXPECT_EQ(association.ForSending(kDecember)->id, 2U);
  EXPECT_EQ(association.Find(1)->id, 1U);
  EXPECT_EQ(association.Find(3), nullptr);
}

TEST(AssociationTest, ANewKeyTakesOverAtItsTime) {
  const Association association =
      Parse(std::string(kOne) + kTwo + "validity 2 2026-12-01T00:00:00Z -\n");
  EXPECT_EQ(association.ForSending(kDecember - 1)->id, 1U);
  EXPECT_EQ(association.ForSending(kDecember)->id, 2U);
}

TEST(AssociationTest, WhenAllAreOverTheLastGoesOn) {
  const Association association =
      Parse(std::string(kOne) + kTwo + "validity 1 - 2026-11-01T00:00:00Z\n" +
            "validity 2 2026-10-01T00:00:00Z 2026-12-01T00:00:00Z\n");
  EXPECT_EQ(association.ForSending(kDecember)->id, 2U);
  EXPECT_EQ(association.ForSending(kDecember + 1)->id, 2U);
  EXPECT_FALSE(association.Find(2)->validity.Includes(kDecember + 1));
}

TEST(AssociationTest, WithoutKeysThereIsNone) {
  EXPECT_EQ(Association{}.ForSending(0), nullptr);
}

}  // namespace
}  // namespace ptpcore::security
