#include "ptpcore/wire/tlv_l1_sync.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(L1SyncTest, BasicFormat) {
  const Octets octets = FromHex("8001 0002 05 02");
  const auto tlv = FromOctets<L1Sync>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_TRUE(tlv->tx_coherent_is_required);
  EXPECT_FALSE(tlv->rx_coherent_is_required);
  EXPECT_TRUE(tlv->congruent_is_required);
  EXPECT_FALSE(tlv->is_tx_coherent);
  EXPECT_TRUE(tlv->is_rx_coherent);
  EXPECT_FALSE(tlv->is_congruent);
  EXPECT_FALSE(tlv->options);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(L1SyncTest, ExtendedFormat) {
  const Octets octets = FromHex(
      "8001 0028 08 07 06 ffffffffffff0000 000000000001 00000002"
      "0000000000030000 000000000004 00000005 00");
  const auto tlv = FromOctets<L1Sync>(octets);
  ASSERT_TRUE(tlv);
  ASSERT_TRUE(tlv->options);
  EXPECT_FALSE(tlv->options->timestamps_corrected_tx);
  EXPECT_TRUE(tlv->options->phase_offset_tx_valid);
  EXPECT_TRUE(tlv->options->frequency_offset_tx_valid);
  EXPECT_EQ(tlv->options->phase_offset_tx.nanoseconds(), -1);
  EXPECT_EQ(tlv->options->phase_offset_tx_timestamp, (Timestamp{1, 2}));
  EXPECT_EQ(tlv->options->frequency_offset_tx.nanoseconds(), 3);
  EXPECT_EQ(tlv->options->frequency_offset_tx_timestamp, (Timestamp{4, 5}));
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(L1SyncTest, ASizeThatContradictsTheFlagIsRefused) {
  EXPECT_FALSE(FromOctets<L1Sync>(FromHex("8001 0002 08 00")));
  Octets extended = FromHex("8001 0028 00 00");
  extended.resize(4 + 40);
  EXPECT_FALSE(FromOctets<L1Sync>(extended));
}

}  // namespace
}  // namespace ptpcore::wire
