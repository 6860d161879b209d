#include "ptpcore/wire/tlv_unicast.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(UnicastTlvTest, RequestOfAnnounceEverySecondForFiveMinutes) {
  const Octets octets = FromHex("0004 0006 b0 00 0000012c");
  const auto request = FromOctets<RequestUnicastTransmission>(octets);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->message_type, MessageType::kAnnounce);
  EXPECT_EQ(request->log_inter_message_period, 0);
  EXPECT_EQ(request->duration_s, 300U);
  EXPECT_EQ(ToOctets(*request), octets);
}

TEST(UnicastTlvTest, GrantOf128DelayResponsesPerSecond) {
  const Octets octets = FromHex("0005 0008 90 f9 ffffffff 00 01");
  const auto grant = FromOctets<GrantUnicastTransmission>(octets);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->message_type, MessageType::kDelayResp);
  EXPECT_EQ(grant->log_inter_message_period, -7);
  EXPECT_EQ(grant->duration_s, 0xFFFFFFFFU);
  EXPECT_TRUE(grant->renewal_invited);
  EXPECT_EQ(ToOctets(*grant), octets);
}

TEST(UnicastTlvTest, ADenialIsAGrantOfNoTime) {
  const auto grant =
      FromOctets<GrantUnicastTransmission>(FromHex("0005 0008 00 00 00000000 00 00"));
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->message_type, MessageType::kSync);
  EXPECT_EQ(grant->duration_s, 0U);
  EXPECT_FALSE(grant->renewal_invited);
}

TEST(UnicastTlvTest, CancelAndItsAcknowledgement) {
  const Octets cancel_octets = FromHex("0006 0002 b1 00");
  const auto cancel = FromOctets<CancelUnicastTransmission>(cancel_octets);
  ASSERT_TRUE(cancel);
  EXPECT_EQ(cancel->message_type, MessageType::kAnnounce);
  EXPECT_TRUE(cancel->maintain_request);
  EXPECT_FALSE(cancel->maintain_grant);
  EXPECT_EQ(ToOctets(*cancel), cancel_octets);

  const Octets acknowledge_octets = FromHex("0007 0002 02 00");
  const auto acknowledge = FromOctets<AcknowledgeCancelUnicastTransmission>(acknowledge_octets);
  ASSERT_TRUE(acknowledge);
  EXPECT_EQ(acknowledge->message_type, MessageType::kSync);
  EXPECT_FALSE(acknowledge->maintain_request);
  EXPECT_TRUE(acknowledge->maintain_grant);
  EXPECT_EQ(ToOctets(*acknowledge), acknowledge_octets);
}

TEST(UnicastTlvTest, WhatIsReservedIsIgnored) {
  const auto grant =
      FromOctets<GrantUnicastTransmission>(FromHex("0005 0008 0f 01 0000003c ff fe"));
  ASSERT_TRUE(grant);
  EXPECT_EQ(ToOctets(*grant), FromHex("0005 0008 00 01 0000003c 00 00"));
}

}  // namespace
}  // namespace ptpcore::wire
