#include "ptpcore/wire/tlv_8021as.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(FollowUpInformationTest, EveryFieldHasItsPlace) {
  const Octets octets =
      FromHex("0003 001c 0080c2 000001 fffffffe 0102 8000 0405060708090a0b 0c0d 7fffffff");
  const auto tlv = FromOctets<FollowUpInformation>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->cumulative_scaled_rate_offset, -2);
  EXPECT_EQ(tlv->gm_time_base_indicator, 0x0102);
  EXPECT_EQ(tlv->last_gm_phase_change, (ScaledNs{-32768, 0x0405060708090A0B, 0x0C0D}));
  EXPECT_EQ(tlv->scaled_last_gm_freq_change, 0x7FFFFFFF);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(MessageIntervalRequestTest, AsksTheOtherEndForOtherIntervals) {
  const Octets octets = FromHex("0003 000c 0080c2 000002 00 fd 7f 05 0000");
  const auto tlv = FromOctets<MessageIntervalRequest>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->log_link_delay_interval, 0);
  EXPECT_EQ(tlv->log_time_sync_interval, -3);
  EXPECT_EQ(tlv->log_announce_interval, kStopMessages);
  EXPECT_TRUE(tlv->compute_neighbor_rate_ratio);
  EXPECT_FALSE(tlv->compute_mean_link_delay);
  EXPECT_TRUE(tlv->one_step_receive_capable);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(GptpCapableTest, StatesHowOftenItIsSaid) {
  const Octets octets = FromHex("8000 000c 0080c2 000004 fe 01 00000000");
  const auto tlv = FromOctets<GptpCapable>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->log_gptp_capable_message_interval, -2);
  EXPECT_EQ(tlv->flags, 1);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(GptpCapableTest, ItsIntervalCanBeAskedFor) {
  const Octets octets = FromHex("8000 000a 0080c2 000005 03 000000");
  const auto tlv = FromOctets<GptpCapableMessageIntervalRequest>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->log_gptp_capable_message_interval, 3);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(Ieee8021AsTest, AnotherOrganizationSubTypeOrSizeIsRefused) {
  EXPECT_FALSE(
      FromOctets<MessageIntervalRequest>(FromHex("0003 000c 0080c3 000002 00 fd 7f 05 0000")));
  EXPECT_FALSE(
      FromOctets<MessageIntervalRequest>(FromHex("0003 000c 0080c2 000001 00 fd 7f 05 0000")));
  EXPECT_FALSE(FromOctets<MessageIntervalRequest>(FromHex("0003 000a 0080c2 000002 00 fd 7f 05")));
  EXPECT_FALSE(
      FromOctets<FollowUpInformation>(FromHex("0003 000c 0080c2 000001 00 fd 7f 05 0000")));
  // The right content under a type that is passed on differently.
  EXPECT_FALSE(FromOctets<GptpCapable>(FromHex("0003 000c 0080c2 000004 fe 01 00000000")));
}

}  // namespace
}  // namespace ptpcore::wire
