#include "ptpcore/wire/tlv.h"

#include <optional>

#include "captured.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TlvCursorTest, WalksAChainInOrder) {
  const Octets octets = FromHex("0008 0004 01020304  2000 0000  0003 0002 aabb");
  TlvCursor cursor(octets);

  std::optional<Tlv> tlv = cursor.Next();
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->type, 0x0008);
  EXPECT_THAT(tlv->value, ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(cursor.whole());

  tlv = cursor.Next();
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->type, 0x2000);
  EXPECT_THAT(tlv->value, IsEmpty());

  tlv = cursor.Next();
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->type, 0x0003);
  EXPECT_THAT(tlv->value, ElementsAre(0xAA, 0xBB));

  EXPECT_FALSE(cursor.Next());
  EXPECT_TRUE(cursor.whole());
}

TEST(TlvCursorTest, AnEmptyChainIsWhole) {
  TlvCursor cursor({});
  EXPECT_FALSE(cursor.Next());
  EXPECT_TRUE(cursor.whole());
}

TEST(TlvCursorTest, StopsWhereATlvWouldRunPastTheEndAndStaysThere) {
  const Octets octets = FromHex("0008 0001 07  0003 0003 aabb");
  TlvCursor cursor(octets);
  ASSERT_TRUE(cursor.Next());
  EXPECT_FALSE(cursor.Next());
  EXPECT_FALSE(cursor.Next());
  EXPECT_FALSE(cursor.whole());
}

TEST(IsTlvChainTest, EveryCutThroughAChainIsSeen) {
  const Octets octets = FromHex("0008 0004 01020304  0003 0002 aabb");
  for (size_t length = 0; length <= octets.size(); ++length) {
    const Octets cut(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(length));
    // Whole only at the ends of its TLVs.
    EXPECT_EQ(IsTlvChain(cut), length == 0 || length == 8 || length == 14) << length;
  }
}

TEST(IsTlvChainTest, TheLongestLengthIsNoOverflow) {
  EXPECT_FALSE(IsTlvChain(FromHex("0008 ffff")));
  Octets largest(4 + 0xFFFF);
  largest[2] = largest[3] = 0xFF;
  EXPECT_TRUE(IsTlvChain(largest));
}

}  // namespace
}  // namespace ptpcore::wire
