#include "ptpcore/wire/tlv_management.h"

#include "gmock/gmock.h"
#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(ManagementTlvTest, CarriesADataSet) {
  const Octets octets = FromHex("0001 0004 2005 80 00");  // PRIORITY1
  const auto tlv = FromOctets<ManagementTlv>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->management_id, 0x2005);
  EXPECT_THAT(tlv->data, ::testing::ElementsAre(128, 0));
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(ManagementErrorStatusTest, SaysWhatIsWrong) {
  const Octets octets = FromHex("0002 000c 0002 2018 00000000 02 6e6f 00");
  const auto tlv = FromOctets<ManagementErrorStatus>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->error, ManagementError::kNoSuchId);
  EXPECT_EQ(tlv->management_id, 0x2018);
  EXPECT_EQ(tlv->display_data, "no");
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(ManagementErrorStatusTest, NeedsNoText) {
  const Octets octets = FromHex("0002 0008 0006 2007 00000000");
  const auto tlv = FromOctets<ManagementErrorStatus>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->error, ManagementError::kNotSupported);
  EXPECT_EQ(tlv->display_data, "");
  EXPECT_EQ(ToOctets(*tlv), octets);
}

}  // namespace
}  // namespace ptpcore::wire
