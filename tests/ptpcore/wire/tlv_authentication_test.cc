#include "ptpcore/wire/tlv_authentication.h"

#include "gmock/gmock.h"
#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(AuthenticationTest, KeepsWhatOnlyTheSecurityAssociationCanRead) {
  const Octets octets = FromHex("8009 000a 01 02 03040506 aabbccdd");
  const auto tlv = FromOctets<Authentication>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->security_parameter_pointer, 1);
  EXPECT_EQ(tlv->security_parameter_indicator, 2);
  EXPECT_EQ(tlv->key_id, 0x03040506U);
  EXPECT_THAT(tlv->rest, ::testing::ElementsAre(0xAA, 0xBB, 0xCC, 0xDD));
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(PadTest, MakesAMessageLonger) {
  const Octets octets = FromHex("8008 0006 000000000000");
  const auto tlv = FromOctets<Pad>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->size, 6);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

}  // namespace
}  // namespace ptpcore::wire
