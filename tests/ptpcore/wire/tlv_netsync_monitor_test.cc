#include "ptpcore/wire/tlv_netsync_monitor.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(PtpmonTest, RequestIsEmpty) {
  const Octets octets = FromHex("21fe 0000");
  const auto tlv = FromOctets<PtpmonRequest>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(PtpmonTest, ResponseTellsTheClientsState) {
  Octets octets = FromHex("21ff 004a 09 00 0001 0004 c0000201");
  for (uint8_t i = 0; i < 32 + 18 + 4; ++i) octets.push_back(i);
  for (const uint8_t octet : FromHex("000000000001 00000002")) octets.push_back(octet);
  const auto tlv = FromOctets<PtpmonResponse>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->port_state, 9);
  EXPECT_EQ(tlv->parent_address, (PortAddress{NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 1}}));
  ASSERT_EQ(tlv->parent_data_set.size(), 32U);
  EXPECT_EQ(tlv->parent_data_set[31], 31);
  ASSERT_EQ(tlv->current_data_set.size(), 18U);
  EXPECT_EQ(tlv->current_data_set[0], 32);
  ASSERT_EQ(tlv->time_properties_data_set.size(), 4U);
  EXPECT_EQ(tlv->time_properties_data_set[3], 53);
  EXPECT_EQ(tlv->last_sync, (Timestamp{1, 2}));
  EXPECT_EQ(ToOctets(*tlv), octets);
}

}  // namespace
}  // namespace ptpcore::wire
