#include "ptpcore/wire/tlv_organization.h"

#include "gmock/gmock.h"
#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(OrganizationTlvTest, HandsOutWhatTheOrganizationSays) {
  const Octets octets = FromHex("0003 000a 1c129d 000002 cafe 0102");
  const auto tlv = FromOctets<OrganizationExtension>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->id, (OrganizationTlvId{{0x1C, 0x12, 0x9D}, {0, 0, 2}}));
  EXPECT_THAT(tlv->data, ElementsAre(0xCA, 0xFE, 1, 2));
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(OrganizationTlvTest, ThereAreThreeKinds) {
  const Octets propagate = FromHex("4000 0006 1c129d 000001");
  ASSERT_TRUE(FromOctets<OrganizationExtensionPropagate>(propagate));
  EXPECT_THAT(FromOctets<OrganizationExtensionPropagate>(propagate)->data, IsEmpty());
  EXPECT_FALSE(FromOctets<OrganizationExtension>(propagate));
  EXPECT_TRUE(FromOctets<OrganizationExtensionDoNotPropagate>(FromHex("8000 0006 1c129d 000001")));
}

TEST(OrganizationTlvTest, WithoutAnIdIsRefused) {
  EXPECT_FALSE(FromOctets<OrganizationExtension>(FromHex("0003 0004 1c129d 00")));
}

}  // namespace
}  // namespace ptpcore::wire
