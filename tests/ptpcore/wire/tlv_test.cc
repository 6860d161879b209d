#include "ptpcore/wire/tlv.h"

#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hex.h"
#include "ptpcore/wire/tlv_path_trace.h"
#include "ptpcore/wire/tlv_unicast.h"

namespace ptpcore::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(TlvCursorTest, WalksAChainInOrder) {
  const Octets octets = FromHex("0008 0004 01020304  2000 0000  0003 0002 aabb");
  TlvCursor cursor(octets);

  std::optional<Tlv> tlv = cursor.Next();
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->type, TlvType{0x0008});
  EXPECT_THAT(tlv->value, ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(cursor.whole());

  tlv = cursor.Next();
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->type, TlvType{0x2000});
  EXPECT_THAT(tlv->value, IsEmpty());

  tlv = cursor.Next();
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->type, TlvType{0x0003});
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

TEST(FindTlvTest, SkipsWhatIsOfAnotherTypeOrDoesNotDecode) {
  const Octets octets = FromHex(
      "3fff 0002 aabb"                // of no known type
      "0008 0004 01020304"            // not whole clock identities
      "0008 0008 020000fffe00000a");  // what is looked for
  const auto found = FindTlv<PathTrace>(octets);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->path, ElementsAre(ClockIdentity{{2, 0, 0, 0xFF, 0xFE, 0, 0, 0x0A}}));
  EXPECT_FALSE(FindTlv<GrantUnicastTransmission>(octets));
}

TEST(DecodeTlvTest, ASizeThatIsNotThatOfTheTypeIsRefused) {
  for (size_t size = 0; size < 20; ++size) {
    const Octets value(size, 0);
    EXPECT_EQ(DecodeTlv<GrantUnicastTransmission>({TlvType::kGrantUnicastTransmission, value})
                  .has_value(),
              size == 8)
        << size;
  }
}

TEST(AppendTlvTest, WritesBehindWhatIsThere) {
  std::vector<uint8_t> tlvs = FromHex("8008 0000");
  EXPECT_TRUE(AppendTlv(RequestUnicastTransmission{MessageType::kSync, -3, 300}, tlvs));
  EXPECT_EQ(tlvs, FromHex("8008 0000 0004 0006 00 fd 0000012c"));
}

struct Opaque {
  static constexpr TlvType kType{0x2123};
  size_t size;
  void Write(Writer& writer) const {
    for (size_t i = 0; i < size; ++i) writer.U8(0xEE);
  }
};

TEST(AppendTlvTest, MakesAnOddLengthEven) {
  std::vector<uint8_t> tlvs;
  EXPECT_TRUE(AppendTlv(Opaque{3}, tlvs));
  EXPECT_EQ(tlvs, FromHex("2123 0004 eeeeee 00"));
}

TEST(AppendTlvTest, WhatDoesNotFitIsNotWritten) {
  std::vector<uint8_t> tlvs;
  EXPECT_FALSE(AppendTlv(Opaque{65535}, tlvs));
  EXPECT_THAT(tlvs, IsEmpty());
  EXPECT_TRUE(AppendTlv(Opaque{65534}, tlvs));
  EXPECT_TRUE(IsTlvChain(tlvs));
}

}  // namespace
}  // namespace ptpcore::wire
