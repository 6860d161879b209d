#include "ptpcore/wire/tlv_slave_monitoring.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

constexpr PortIdentity kSource = {{{2, 0, 0, 0xFF, 0xFE, 0, 0, 0x0A}}, 1};

TEST(SlaveRxSyncTimingDataTest, TellsTheTimestampsOfEverySync) {
  const Octets octets = FromHex(
      "8004 004e 020000fffe00000a 0001"
      "0007 000000000001 00000002 0000000000030000 fffffffc 000000000005 00000006"
      "0008 000000000011 00000012 0000000000130000 00000014 000000000015 00000016");
  const auto tlv = FromOctets<SlaveRxSyncTimingData>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->sync_source, kSource);
  ASSERT_EQ(tlv->records.size(), 2U);
  const SlaveRxSyncTimingData::Record& first = tlv->records[0];
  EXPECT_EQ(first.sequence_id, 7);
  EXPECT_EQ(first.sync_origin, (Timestamp{1, 2}));
  EXPECT_EQ(first.total_correction.nanoseconds(), 3);
  EXPECT_EQ(first.scaled_cumulative_rate_offset, -4);
  EXPECT_EQ(first.sync_event_ingress, (Timestamp{5, 6}));
  EXPECT_EQ(tlv->records[1].sequence_id, 8);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(SlaveRxSyncComputedDataTest, TellsWhatCameOfEverySync) {
  const Octets octets = FromHex(
      "8005 0022 020000fffe00000a 0001 06 00"
      "0007 ffffffffffff0000 0000000000020000 00000003");
  const auto tlv = FromOctets<SlaveRxSyncComputedData>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->sync_source, kSource);
  EXPECT_FALSE(tlv->scaled_neighbor_rate_ratio_valid);
  EXPECT_TRUE(tlv->mean_path_delay_valid);
  EXPECT_TRUE(tlv->offset_from_master_valid);
  ASSERT_EQ(tlv->records.size(), 1U);
  EXPECT_EQ(tlv->records[0].sequence_id, 7);
  EXPECT_EQ(tlv->records[0].offset_from_master.nanoseconds(), -1);
  EXPECT_EQ(tlv->records[0].mean_path_delay.nanoseconds(), 2);
  EXPECT_EQ(tlv->records[0].scaled_neighbor_rate_ratio, 3);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(SlaveTxEventTimestampsTest, TellsWhenRequestsWereSent) {
  const Octets octets = FromHex("8006 0018 020000fffe00000a 0001 02 00 0007 000000000001 00000002");
  const auto tlv = FromOctets<SlaveTxEventTimestamps>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->source, kSource);
  EXPECT_EQ(tlv->event_message_type, MessageType::kPdelayReq);
  ASSERT_EQ(tlv->records.size(), 1U);
  EXPECT_EQ(tlv->records[0].event_egress, (Timestamp{1, 2}));
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(SlaveMonitoringTest, ARecordThatIsNotWholeIsRefused) {
  EXPECT_FALSE(FromOctets<SlaveTxEventTimestamps>(
      FromHex("8006 0016 020000fffe00000a 0001 02 00 0007 000000000001 0000")));
  EXPECT_FALSE(FromOctets<SlaveRxSyncTimingData>(FromHex("8004 000c 020000fffe00000a 0001 0007")));
}

}  // namespace
}  // namespace ptpcore::wire
