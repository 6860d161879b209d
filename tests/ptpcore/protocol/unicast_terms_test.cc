#include "ptpcore/protocol/unicast_terms.h"

#include <variant>

#include "gtest/gtest.h"
#include "ptpcore/wire/tlv.h"

namespace ptpcore::protocol {
namespace {

using wire::MessageType;

TEST(UnicastTermsTest, WhatIsWrittenIsRead) {
  const UnicastTlvs said = {
      wire::RequestUnicastTransmission{MessageType::kSync, -4, 300},
      wire::GrantUnicastTransmission{MessageType::kDelayResp, 2, 60, true},
      wire::CancelUnicastTransmission{MessageType::kAnnounce, false, true},
  };
  const TlvOctets octets = WriteUnicastTlvs(said);
  EXPECT_EQ(octets.size(), 10U + 12U + 6U);
  const UnicastTlvs read = ReadUnicastTlvs(octets);
  ASSERT_EQ(read.size(), 3U);
  const auto request = std::get<wire::RequestUnicastTransmission>(read[0]);
  EXPECT_EQ(request.message_type, MessageType::kSync);
  EXPECT_EQ(request.log_inter_message_period, -4);
  EXPECT_EQ(request.duration_s, 300U);
  const auto grant = std::get<wire::GrantUnicastTransmission>(read[1]);
  EXPECT_EQ(grant.duration_s, 60U);
  EXPECT_TRUE(grant.renewal_invited);
  EXPECT_TRUE(std::get<wire::CancelUnicastTransmission>(read[2]).maintain_grant);
}

TEST(UnicastTermsTest, AnAcknowledgementRepeatsTheCancellation) {
  const auto acknowledged = Acknowledge({MessageType::kSync, true, false});
  EXPECT_EQ(acknowledged.message_type, MessageType::kSync);
  EXPECT_TRUE(acknowledged.maintain_request);
  EXPECT_FALSE(acknowledged.maintain_grant);
}

TEST(UnicastTermsTest, OtherTlvsAreSkipped) {
  TlvOctets octets = {0x00, 0x08, 0x00, 0x02, 0xAA, 0xBB};  // PATH_TRACE
  wire::AppendTlv(wire::RequestUnicastTransmission{MessageType::kSync, 0, 300}, octets);
  EXPECT_EQ(ReadUnicastTlvs(octets).size(), 1U);
}

TEST(UnicastTermsTest, AMessageFullOfRequestsIsReadToALimit) {
  TlvOctets octets;
  for (int i = 0; i < 140; ++i) wire::AppendTlv(wire::RequestUnicastTransmission{}, octets);
  EXPECT_EQ(ReadUnicastTlvs(octets).size(), kMostUnicastTlvs);
}

TEST(UnicastTermsTest, ThreeTypesAreNegotiatedHere) {
  for (UnicastService service : kUnicastServices) {
    EXPECT_EQ(UnicastServiceOf(MessageTypeOf(service)), service) << ToString(service);
  }
  EXPECT_EQ(UnicastServiceOf(MessageType::kPdelayResp), std::nullopt);
}

}  // namespace
}  // namespace ptpcore::protocol
