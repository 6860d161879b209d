#include "ptpcore/wire/message_table.h"

#include <set>

#include "gtest/gtest.h"

namespace ptpcore::wire {
namespace {

TEST(MinimumSizeTest, IsThatOfTheStandard) {
  EXPECT_EQ(MinimumSize(MessageType::kSync), 44U);
  EXPECT_EQ(MinimumSize(MessageType::kDelayReq), 44U);
  EXPECT_EQ(MinimumSize(MessageType::kFollowUp), 44U);
  EXPECT_EQ(MinimumSize(MessageType::kDelayResp), 54U);
  EXPECT_EQ(MinimumSize(MessageType::kPdelayReq), 54U);
  EXPECT_EQ(MinimumSize(MessageType::kPdelayResp), 54U);
  EXPECT_EQ(MinimumSize(MessageType::kPdelayRespFollowUp), 54U);
  EXPECT_EQ(MinimumSize(MessageType::kAnnounce), 64U);
  EXPECT_EQ(MinimumSize(MessageType::kSignaling), 44U);
  EXPECT_EQ(MinimumSize(MessageType::kManagement), 48U);
}

TEST(MessageTypeTest, EventMessagesAreThoseThatAreTimestamped) {
  EXPECT_TRUE(IsEvent(MessageType::kSync));
  EXPECT_TRUE(IsEvent(MessageType::kDelayReq));
  EXPECT_TRUE(IsEvent(MessageType::kPdelayReq));
  EXPECT_TRUE(IsEvent(MessageType::kPdelayResp));
  EXPECT_FALSE(IsEvent(MessageType::kFollowUp));
  EXPECT_FALSE(IsEvent(MessageType::kDelayResp));
  EXPECT_FALSE(IsEvent(MessageType::kPdelayRespFollowUp));
  EXPECT_FALSE(IsEvent(MessageType::kAnnounce));
  EXPECT_FALSE(IsEvent(MessageType::kSignaling));
  EXPECT_FALSE(IsEvent(MessageType::kManagement));
}

TEST(MessageTableTest, TheColumnOfEventsAgreesWithTheRule) {
  for (const MessageTraits& traits : kMessageTable) {
    EXPECT_EQ(traits.event, IsEvent(traits.type)) << traits.name;
  }
}

TEST(MessageTableTest, EachTypeHasOneLine) {
  std::set<MessageType> types;
  for (const MessageTraits& traits : kMessageTable) types.insert(traits.type);
  EXPECT_EQ(types.size(), kMessageTable.size());
}

TEST(HeaderOfTest, HasTheControlFieldThatOldPeersLookAt) {
  EXPECT_EQ(HeaderOf(MessageType::kSync).control, 0);
  EXPECT_EQ(HeaderOf(MessageType::kDelayReq).control, 1);
  EXPECT_EQ(HeaderOf(MessageType::kFollowUp).control, 2);
  EXPECT_EQ(HeaderOf(MessageType::kDelayResp).control, 3);
  EXPECT_EQ(HeaderOf(MessageType::kManagement).control, 4);
  EXPECT_EQ(HeaderOf(MessageType::kAnnounce).control, 5);
  EXPECT_EQ(HeaderOf(MessageType::kPdelayRespFollowUp).control, 5);
  EXPECT_EQ(HeaderOf(MessageType::kSignaling).type, MessageType::kSignaling);
}

TEST(ToStringTest, NamesATypeAsTheStandardDoes) {
  EXPECT_STREQ(ToString(MessageType::kPdelayRespFollowUp), "Pdelay_Resp_Follow_Up");
  EXPECT_STREQ(ToString(static_cast<MessageType>(0xE)), "reserved");
}

}  // namespace
}  // namespace ptpcore::wire
