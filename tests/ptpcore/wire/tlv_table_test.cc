#include "ptpcore/wire/tlv_table.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace ptpcore::wire {
namespace {

TEST(TlvTableTest, EachTypeHasOneLine) {
  std::set<TlvType> types;
  for (const TlvTraits& traits : kTlvTable) types.insert(traits.type);
  EXPECT_EQ(types.size(), kTlvTable.size());
}

TEST(TlvTableTest, FindsATypeByItsNumber) {
  const TlvTraits* traits = FindTlvTraits(TlvType{0x8007});
  ASSERT_NE(traits, nullptr);
  EXPECT_EQ(traits->name, std::string("CUMULATIVE_RATE_RATIO"));
  EXPECT_EQ(FindTlvTraits(TlvType{0x2004}), nullptr);
}

TEST(TlvTableTest, ASizeMustBeThatOfTheType) {
  EXPECT_TRUE(HasSizeOfItsType(TlvType::kRequestUnicastTransmission, 6));
  EXPECT_FALSE(HasSizeOfItsType(TlvType::kRequestUnicastTransmission, 5));
  EXPECT_FALSE(HasSizeOfItsType(TlvType::kRequestUnicastTransmission, 8));
  EXPECT_TRUE(HasSizeOfItsType(TlvType{0x2004}, 12345));
}

TEST(TlvTableTest, TheNumberSaysWhetherABoundaryClockPassesItOn) {
  EXPECT_FALSE(IsPropagated(TlvType::kOrganizationExtension));
  EXPECT_TRUE(IsPropagated(TlvType::kOrganizationExtensionPropagate));
  EXPECT_TRUE(IsPropagated(TlvType{0x7FFF}));
  EXPECT_FALSE(IsPropagated(TlvType::kOrganizationExtensionDoNotPropagate));
}

}  // namespace
}  // namespace ptpcore::wire
