#include "ptpcore/wire/tlv_alternate_time_offset.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

// Central European Time, an hour before summer time ends; an even and an odd name.
TEST(AlternateTimeOffsetTest, SaysHowToGetTheLocalTime) {
  const Octets octets = FromHex("0009 0014 01 00001c20 fffff1f0 00006b02d655 04 43455354");
  const auto tlv = FromOctets<AlternateTimeOffsetIndicator>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->key, 1);
  EXPECT_EQ(tlv->current_offset_s, 7200);
  EXPECT_EQ(tlv->jump_s, -3600);
  EXPECT_EQ(tlv->time_of_next_jump, 0x6B02D655U);
  EXPECT_EQ(tlv->display_name, "CEST");
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(AlternateTimeOffsetTest, ALengthThatIsOddIsFilledUp) {
  const Octets octets = FromHex("0009 0014 00 00000e10 00000000 000000000000 03 434554 00");
  const auto tlv = FromOctets<AlternateTimeOffsetIndicator>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->display_name, "CET");
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(AlternateTimeOffsetTest, ANameThatRunsPastTheEndIsRefused) {
  EXPECT_FALSE(FromOctets<AlternateTimeOffsetIndicator>(
      FromHex("0009 0014 00 00000e10 00000000 000000000000 05 43455400")));
}

}  // namespace
}  // namespace ptpcore::wire
