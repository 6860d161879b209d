#include "ptpcore/security/replay_guard.h"

#include "gtest/gtest.h"

namespace ptpcore::security {
namespace {

using wire::MessageType;

constexpr int64_t kSecond = 1'000'000'000;
constexpr uint16_t kWindow = 3;

wire::Header Header(MessageType type, uint16_t sequence_id, int8_t log_interval = 0,
                    uint8_t sender = 1) {
  wire::Header header;
  header.type = type;
  header.source = {{{sender}}, 1};
  header.sequence_id = sequence_id;
  header.log_message_interval = log_interval;
  return header;
}
wire::Header Sync(uint16_t sequence_id) {
  return Header(MessageType::kSync, sequence_id);
}

TEST(ReplayGuardTest, WhatComesInOrderIsAccepted) {
  ReplayGuard guard;
  for (int i = 0; i < 70'000; ++i) {  // once around
    ASSERT_TRUE(guard.Accept(Sync(static_cast<uint16_t>(65'000 + i)), kWindow, i * kSecond)) << i;
  }
}

TEST(ReplayGuardTest, WhatWasThereIsRefused) {
  ReplayGuard guard;
  for (uint16_t i = 1; i <= 10; ++i) ASSERT_TRUE(guard.Accept(Sync(i), kWindow, i * kSecond));
  for (uint16_t i = 1; i <= 10; ++i) {
    EXPECT_FALSE(guard.Accept(Sync(i), kWindow, 10 * kSecond)) << i;
  }
  EXPECT_TRUE(guard.Accept(Sync(11), kWindow, 11 * kSecond));
}

// sequenceId 60000 of the round before would make all that come until then look old.
TEST(ReplayGuardTest, ARecordingOfTheRoundBeforeCannotLockTheSenderOut) {
  ReplayGuard guard;
  ASSERT_TRUE(guard.Accept(Sync(100), kWindow, 0));
  EXPECT_FALSE(guard.Accept(Sync(30'000), kWindow, kSecond));
  EXPECT_FALSE(guard.Accept(Sync(105), kWindow, kSecond));
  EXPECT_TRUE(guard.Accept(Sync(101), kWindow, kSecond));
}

TEST(ReplayGuardTest, WhatWasLostIsExplainedByTheTimeThatPassed) {
  ReplayGuard guard;
  const auto sync = [](uint16_t id) { return Header(MessageType::kSync, id, -7); };
  ASSERT_TRUE(guard.Accept(sync(0), kWindow, 0));
  EXPECT_TRUE(guard.Accept(sync(256), kWindow, 2 * kSecond));  // 2 s at 128 in a second
  EXPECT_FALSE(guard.Accept(sync(256 + 132), kWindow, 3 * kSecond));
  EXPECT_TRUE(guard.Accept(sync(256 + 131), kWindow, 3 * kSecond));
}

TEST(ReplayGuardTest, ASenderThatWasSilentMayBeginAnew) {
  ReplayGuard guard;
  ASSERT_TRUE(guard.Accept(Sync(5'000), kWindow, 0));
  EXPECT_FALSE(guard.Accept(Sync(0), kWindow, 4 * kSecond));
  EXPECT_TRUE(guard.Accept(Sync(0), kWindow, 4 * kSecond + 1));
  const auto slow = [](uint16_t id) { return Header(MessageType::kAnnounce, id, 3); };
  ASSERT_TRUE(guard.Accept(slow(5'000), kWindow, 0));
  EXPECT_FALSE(guard.Accept(slow(0), kWindow, 32 * kSecond));
  EXPECT_TRUE(guard.Accept(slow(0), kWindow, 32 * kSecond + 1));
}

TEST(ReplayGuardTest, WhatIsRefusedDoesNotKeepASilentSenderOut) {
  ReplayGuard guard;
  ASSERT_TRUE(guard.Accept(Sync(5'000), kWindow, 0));
  for (int i = 0; i < 40; ++i) guard.Accept(Sync(5'000), kWindow, i * kSecond / 10);
  EXPECT_TRUE(guard.Accept(Sync(0), kWindow, 5 * kSecond));
}

TEST(ReplayGuardTest, WithoutAnIntervalAnyNewerOneIsFresh) {
  ReplayGuard guard;
  const auto unicast = [](uint16_t id) {
    return Header(MessageType::kSync, id, wire::kNoLogInterval);
  };
  ASSERT_TRUE(guard.Accept(unicast(7), kWindow, 0));
  EXPECT_TRUE(guard.Accept(unicast(900), kWindow, kSecond));
  EXPECT_FALSE(guard.Accept(unicast(899), kWindow, kSecond));
  EXPECT_TRUE(guard.Accept(unicast(0), kWindow, 12 * kSecond));
}

TEST(ReplayGuardTest, EachSenderAndTypeHasItsOwnCount) {
  ReplayGuard guard;
  EXPECT_TRUE(guard.Accept(Header(MessageType::kSync, 9), kWindow, 0));
  EXPECT_TRUE(guard.Accept(Header(MessageType::kFollowUp, 9), kWindow, 0));
  EXPECT_TRUE(guard.Accept(Header(MessageType::kAnnounce, 2), kWindow, 0));
  EXPECT_TRUE(guard.Accept(Header(MessageType::kSync, 2, 0, 2), kWindow, 0));
  EXPECT_EQ(guard.size(), 4U);
}

TEST(ReplayGuardTest, AnswersAndRequestsAreNotItsConcern) {
  ReplayGuard guard;
  for (const MessageType type :
       {MessageType::kDelayReq, MessageType::kDelayResp, MessageType::kPdelayReq,
        MessageType::kPdelayResp, MessageType::kPdelayRespFollowUp, MessageType::kManagement}) {
    EXPECT_TRUE(guard.Accept(Header(type, 3), kWindow, 0));
    EXPECT_TRUE(guard.Accept(Header(type, 3), kWindow, 0));
  }
  EXPECT_EQ(guard.size(), 0U);
}

TEST(ReplayGuardTest, AWindowOfZeroTurnsItOff) {
  ReplayGuard guard;
  EXPECT_TRUE(guard.Accept(Sync(3), 0, 0));
  EXPECT_TRUE(guard.Accept(Sync(3), 0, 0));
}

TEST(ReplayGuardTest, ItsMemoryIsBoundedAndForgetsTheOldestFirst) {
  ReplayGuard guard;
  const auto from = [](size_t sender) {
    wire::Header header = Header(MessageType::kSync, 1, 6);
    header.source.port = static_cast<uint16_t>(sender);
    return header;
  };
  for (size_t i = 0; i < ReplayGuard::kMost + 10; ++i) {
    ASSERT_TRUE(guard.Accept(from(i), kWindow, static_cast<int64_t>(i)));
  }
  EXPECT_EQ(guard.size(), ReplayGuard::kMost);
  EXPECT_FALSE(guard.Accept(from(ReplayGuard::kMost + 9), kWindow, 5000));
  EXPECT_TRUE(guard.Accept(from(0), kWindow, 5000));
}

}  // namespace
}  // namespace ptpcore::security
