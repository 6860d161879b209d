#include "ptpcore/protocol/foreign_masters.h"

#include <limits>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using Outcome = ForeignMasters::Outcome;

constexpr wire::PortIdentity kReceiver = {kUs, 1};
constexpr Duration kDefaultInterval = seconds(2);

class ForeignMastersTest : public ::testing::Test {
 protected:
  Outcome Hear(const wire::Message& announce, Duration when) {
    return masters_.Hear(announce, AddressOf(1), kDefaultInterval, At(when));
  }
  const ForeignMaster* Best(Duration when) const { return masters_.Best(kReceiver, At(when)); }
  // The identity of the best; all zeros when none qualifies.
  wire::ClockIdentity BestClock(Duration when) const {
    const ForeignMaster* best = Best(when);
    return best != nullptr ? best->port.clock : wire::ClockIdentity{};
  }

  ForeignMasters masters_;
};

TEST_F(ForeignMastersTest, ASecondAnnounceQualifies) {
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 0), seconds(0)), Outcome::kAdded);
  EXPECT_EQ(Best(seconds(0)), nullptr);
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 1), seconds(2)), Outcome::kUpdated);
  EXPECT_EQ(BestClock(seconds(2)), kMasterA);
}

TEST_F(ForeignMastersTest, TheNewestAnnounceIsKeptWhole) {
  Hear(AnnounceOf(kMasterA, 0), seconds(0));
  wire::Message newer = AnnounceOf(kMasterA, 1, 100);
  newer.header.flags = wire::kPtpTimescale;
  masters_.Hear(newer, AddressOf(9), kDefaultInterval, At(seconds(2)));

  const ForeignMaster* master = masters_.Find({kMasterA, 1});
  ASSERT_NE(master, nullptr);
  EXPECT_EQ(master->announce.priority1, 100);
  EXPECT_TRUE(master->header.Has(wire::kPtpTimescale));
  EXPECT_EQ(master->header.sequence_id, 1);
  EXPECT_EQ(master->address, AddressOf(9));
  EXPECT_EQ(master->announces, 2U);
  EXPECT_EQ(master->last_heard, At(seconds(2)));
  EXPECT_EQ(masters_.Find({kMasterA, 2}), nullptr);
}

// 9.3.2.4.5: two within four announce intervals.
TEST_F(ForeignMastersTest, TheWindowIsFourAnnounceIntervals) {
  Hear(AnnounceOf(kMasterA, 0), seconds(0));
  Hear(AnnounceOf(kMasterA, 1), seconds(8));
  EXPECT_NE(Best(seconds(8)), nullptr);
  EXPECT_EQ(Best(seconds(8) + Duration(1)), nullptr);
  // The next one makes a pair with the second.
  Hear(AnnounceOf(kMasterA, 2), seconds(10));
  EXPECT_NE(Best(seconds(10)), nullptr);
}

TEST_F(ForeignMastersTest, TheWindowFollowsTheIntervalThatTheMasterStates) {
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    wire::Message announce = AnnounceOf(kMasterA, sequence);
    announce.header.log_message_interval = -2;  // 4 a second: a window of 1 s
    Hear(announce, milliseconds(250) * sequence);
  }
  EXPECT_NE(Best(milliseconds(1000)), nullptr);
  EXPECT_EQ(Best(milliseconds(1001)), nullptr);
}

TEST_F(ForeignMastersTest, AnIntervalThatNoProfileUsesIsNotBelieved) {
  for (int log : {127, 8, -8, -128}) {
    ForeignMasters masters;
    wire::Message announce = AnnounceOf(kMasterA, 0);
    announce.header.log_message_interval = static_cast<int8_t>(log);
    masters.Hear(announce, AddressOf(1), kDefaultInterval, At(seconds(0)));
    EXPECT_EQ(masters.Find({kMasterA, 1})->announce_interval, kDefaultInterval) << log;
  }
}

// 9.3.2.5 c) asks for distinct messages: what the network delivers twice is one.
TEST_F(ForeignMastersTest, ADuplicateDoesNotQualify) {
  Hear(AnnounceOf(kMasterA, 7), seconds(0));
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 7), milliseconds(1)), Outcome::kDuplicate);
  EXPECT_EQ(Best(milliseconds(1)), nullptr);
  Hear(AnnounceOf(kMasterA, 8), seconds(2));
  EXPECT_NE(Best(seconds(2)), nullptr);
}

// A replayed Announce must not keep a silent master alive.
TEST_F(ForeignMastersTest, ADuplicateDoesNotPutOffTheExpiry) {
  Hear(AnnounceOf(kMasterA, 7), seconds(0));
  Hear(AnnounceOf(kMasterA, 7), seconds(5));
  EXPECT_EQ(masters_.NextExpiry(3), At(seconds(6)));
}

TEST_F(ForeignMastersTest, TheBestOfTheQualifiedIsPicked) {
  Hear(AnnounceOf(kMasterA, 0, 10), seconds(0));
  Hear(AnnounceOf(kMasterB, 0, 20), seconds(0));
  Hear(AnnounceOf(kMasterB, 1, 20), seconds(2));
  EXPECT_EQ(BestClock(seconds(2)), kMasterB);  // A is better, but was heard once
  Hear(AnnounceOf(kMasterA, 1, 10), seconds(3));
  EXPECT_EQ(BestClock(seconds(3)), kMasterA);
  Hear(AnnounceOf(kMasterA, 2, 30), seconds(4));  // and may become worse
  EXPECT_EQ(BestClock(seconds(4)), kMasterB);
}

TEST_F(ForeignMastersTest, TwoPortsOfOneClockAreTwoMasters) {
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    for (const int port : {2, 1}) {
      wire::Message announce = AnnounceOf(kMasterA, sequence);
      announce.header.source.port = static_cast<uint16_t>(port);
      Hear(announce, seconds(sequence));
    }
  }
  EXPECT_EQ(masters_.size(), 2U);
  EXPECT_EQ(Best(seconds(1))->port.port, 1);
}

TEST_F(ForeignMastersTest, SilenceForTheTimeOutExpires) {
  EXPECT_EQ(masters_.NextExpiry(3), kNever);
  Hear(AnnounceOf(kMasterA, 0), seconds(0));
  Hear(AnnounceOf(kMasterB, 0), seconds(1));
  EXPECT_EQ(masters_.NextExpiry(3), At(seconds(6)));

  masters_.Expire(3, At(seconds(6) - Duration(1)));
  EXPECT_EQ(masters_.size(), 2U);
  masters_.Expire(3, At(seconds(6)));
  EXPECT_EQ(masters_.Find({kMasterA, 1}), nullptr);
  EXPECT_NE(masters_.Find({kMasterB, 1}), nullptr);
  EXPECT_EQ(masters_.NextExpiry(3), At(seconds(7)));
}

TEST_F(ForeignMastersTest, WhoComesBackStartsAnew) {
  Hear(AnnounceOf(kMasterA, 0), seconds(0));
  Hear(AnnounceOf(kMasterA, 1), seconds(2));
  masters_.Expire(3, At(seconds(8)));
  Hear(AnnounceOf(kMasterA, 5), seconds(9));
  EXPECT_EQ(Best(seconds(9)), nullptr);
}

wire::ClockIdentity Numbered(int i) {
  return {{0xEE, 0, 0, 0, 0, 0, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)}};
}

TEST_F(ForeignMastersTest, AStormOfAnnouncersIsBoundedAndLeavesTheQualified) {
  Hear(AnnounceOf(kMasterA, 0), seconds(0));
  Hear(AnnounceOf(kMasterA, 1), seconds(2));
  for (int i = 0; i < 1000; ++i) {
    Hear(AnnounceOf(Numbered(i), 0, 1), seconds(2) + milliseconds(i));
    ASSERT_LE(masters_.size(), ForeignMasters::kCapacity);
  }
  EXPECT_EQ(masters_.size(), ForeignMasters::kCapacity);
  EXPECT_EQ(BestClock(seconds(3)), kMasterA);
}

TEST_F(ForeignMastersTest, ATableOfQualifiedMastersTakesNoMore) {
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    for (size_t i = 0; i < ForeignMasters::kCapacity; ++i) {
      Hear(AnnounceOf(Numbered(static_cast<int>(i)), sequence), seconds(2 * sequence));
    }
  }
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 0), seconds(2)), Outcome::kTableFull);
  EXPECT_EQ(masters_.Find({kMasterA, 1}), nullptr);
  // Known ones are still heard.
  EXPECT_EQ(Hear(AnnounceOf(Numbered(0), 2), seconds(3)), Outcome::kUpdated);
  // Ten seconds of silence later they do not qualify, and make room.
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 1), seconds(13)), Outcome::kAdded);
  EXPECT_EQ(masters_.size(), ForeignMasters::kCapacity);
}

TEST_F(ForeignMastersTest, TheOneSilentLongestMakesRoom) {
  for (size_t i = 0; i < ForeignMasters::kCapacity; ++i) {
    Hear(AnnounceOf(Numbered(static_cast<int>(i)), 0), milliseconds(100 - static_cast<int>(i)));
  }
  Hear(AnnounceOf(kMasterA, 0), seconds(1));
  EXPECT_NE(masters_.Find({kMasterA, 1}), nullptr);
  EXPECT_NE(masters_.Find({Numbered(0), 1}), nullptr);
  EXPECT_EQ(masters_.Find({Numbered(static_cast<int>(ForeignMasters::kCapacity) - 1), 1}), nullptr);
}

TEST_F(ForeignMastersTest, ClearForgetsAll) {
  Hear(AnnounceOf(kMasterA, 0), seconds(0));
  masters_.Clear();
  EXPECT_EQ(masters_.size(), 0U);
  EXPECT_EQ(masters_.NextExpiry(3), kNever);
}

}  // namespace
}  // namespace ptpcore::protocol
