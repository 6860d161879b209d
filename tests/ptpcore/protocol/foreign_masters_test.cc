#include "ptpcore/protocol/foreign_masters.h"

#include <limits>

#include "gmock/gmock.h"
#include "messages.h"
#include "ptpcore/protocol/path_trace.h"

namespace ptpcore::protocol {
namespace {

using Outcome = ForeignMasters::Outcome;
using ::testing::ElementsAre;

constexpr wire::PortIdentity kReceiver = {kUs, 1};
constexpr Duration kDefaultInterval = seconds(2);

class ForeignMastersTest : public ::testing::Test {
 protected:
  ForeignMastersTest() : masters_(Rules()) {}

  static ForeignMasterRules Rules() {
    ForeignMasterRules rules;
    rules.receiver = kReceiver;
    return rules;
  }

  Outcome Hear(const wire::Message& announce, Duration when) {
    return masters_.Hear(announce, AddressOf(1), kDefaultInterval, At(when)).outcome;
  }
  const ForeignMaster* Best(Duration when) const { return masters_.Best(At(when)); }
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

// Announcers of which each is heard once must not keep a master from its second Announce.
TEST_F(ForeignMastersTest, AMasterQualifiesInAStorm) {
  for (int i = 0; i < 1000; ++i) Hear(AnnounceOf(Numbered(i), 0, 1), milliseconds(i));
  Hear(AnnounceOf(kMasterA, 0), seconds(1));
  for (int i = 1000; i < 3000; ++i) Hear(AnnounceOf(Numbered(i), 0, 1), milliseconds(i));
  Hear(AnnounceOf(kMasterA, 1), seconds(3));
  EXPECT_EQ(BestClock(seconds(3)), kMasterA);
}

// A hundred masters, all of them qualified.
class FullTableTest : public ForeignMastersTest {
 protected:
  FullTableTest() {
    for (uint16_t sequence = 0; sequence < 2; ++sequence) {
      for (int i = 0; i < kMany; ++i)
        Hear(AnnounceOf(Numbered(i), sequence), seconds(2 * sequence));
    }
  }

  bool Has(const wire::ClockIdentity& clock) const { return masters_.Find({clock, 1}) != nullptr; }
  // Announces twice, at 2 s and 4 s.
  Outcome HearTwice(const wire::Message& first) {
    EXPECT_EQ(Hear(first, seconds(2)), Outcome::kTableFull);
    wire::Message second = first;
    ++second.header.sequence_id;
    return Hear(second, seconds(4));
  }

  static constexpr int kMany = ForeignMasters::kCapacity;
};

TEST_F(FullTableTest, ABetterMasterTakesThePlaceOfTheWorst) {
  EXPECT_EQ(HearTwice(AnnounceOf(kMasterA, 0, 127)), Outcome::kAdded);
  EXPECT_EQ(masters_.size(), ForeignMasters::kCapacity);
  EXPECT_EQ(BestClock(seconds(4)), kMasterA);
  EXPECT_EQ(masters_.Find({kMasterA, 1})->announces, 2U);
  EXPECT_FALSE(Has(Numbered(kMany - 1)));
  EXPECT_TRUE(Has(Numbered(0)));
}

TEST_F(FullTableTest, AWorseMasterDoesNot) {
  EXPECT_EQ(HearTwice(AnnounceOf(kMasterA, 0, 129)), Outcome::kTableFull);
  EXPECT_FALSE(Has(kMasterA));
  // Known ones are still heard.
  EXPECT_EQ(Hear(AnnounceOf(Numbered(0), 2), seconds(4)), Outcome::kUpdated);
}

TEST_F(FullTableTest, TheParentKeepsItsPlace) {
  masters_.SetParent(wire::PortIdentity{Numbered(kMany - 1), 1});
  EXPECT_EQ(HearTwice(AnnounceOf(kMasterA, 0, 127)), Outcome::kAdded);
  EXPECT_TRUE(Has(Numbered(kMany - 1)));
  EXPECT_FALSE(Has(Numbered(kMany - 2)));
}

TEST_F(FullTableTest, TheSameAnnounceTwiceIsOne) {
  wire::Message announce = AnnounceOf(kMasterA, 7, 127);
  EXPECT_EQ(Hear(announce, seconds(2)), Outcome::kTableFull);
  EXPECT_EQ(Hear(announce, milliseconds(2001)), Outcome::kTableFull);
  announce.header.sequence_id = 8;
  EXPECT_EQ(Hear(announce, seconds(4)), Outcome::kAdded);
}

TEST_F(FullTableTest, TwoAnnouncesMustComeWithinTheWindow) {
  const auto announces = [&](uint16_t sequence_id, Duration when) {
    wire::Message announce = AnnounceOf(kMasterA, sequence_id, 127);
    announce.header.log_message_interval = -2;  // 4 a second: a window of 1 s
    return Hear(announce, when);
  };
  EXPECT_EQ(announces(0, seconds(2)), Outcome::kTableFull);
  EXPECT_EQ(announces(1, seconds(3) + Duration(1)), Outcome::kTableFull);
  EXPECT_EQ(announces(2, milliseconds(3500)), Outcome::kAdded);
}

TEST_F(FullTableTest, WhoFellSilentMakesRoomAtOnce) {
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 0, 129), seconds(11)), Outcome::kAdded);
  EXPECT_EQ(masters_.size(), ForeignMasters::kCapacity);
}

TEST_F(FullTableTest, WhoCannotBeChosenMakesRoomAtOnce) {
  wire::Message alternate = AnnounceOf(Numbered(5), 2);
  alternate.header.flags = wire::kAlternateMaster;
  Hear(alternate, seconds(3));
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 0, 129), seconds(3)), Outcome::kAdded);
  EXPECT_FALSE(Has(Numbered(5)));
}

TEST_F(FullTableTest, WhoCannotBeChosenGetsNoPlace) {
  wire::Message alternate = AnnounceOf(kMasterA, 0, 1);
  alternate.header.flags = wire::kAlternateMaster;
  EXPECT_EQ(HearTwice(alternate), Outcome::kTableFull);
}

TEST_F(ForeignMastersTest, TheHopefulMakesRoomForTheQualified) {
  constexpr int kMany = ForeignMasters::kCapacity;
  for (int i = 0; i < kMany; ++i) Hear(AnnounceOf(Numbered(i), 0, 1), milliseconds(kMany - i));
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 0, 255), seconds(1)), Outcome::kTableFull);
  EXPECT_EQ(Hear(AnnounceOf(kMasterA, 1, 255), seconds(3)), Outcome::kAdded);
  // The one silent longest.
  EXPECT_EQ(masters_.Find({Numbered(kMany - 1), 1}), nullptr);
  EXPECT_NE(masters_.Find({Numbered(0), 1}), nullptr);
}

// Which rule speaks against a master.
class QualificationTest : public ForeignMastersTest {
 protected:
  // Announces twice, and is judged after the second.
  Qualification Of(const ForeignMasterRules& rules, const wire::Message& first) {
    ForeignMasters masters(rules);
    wire::Message second = first;
    second.header.sequence_id = static_cast<uint16_t>(first.header.sequence_id + 1);
    masters.Hear(first, AddressOf(1), kDefaultInterval, At(seconds(0)));
    const auto heard = masters.Hear(second, AddressOf(1), kDefaultInterval, At(seconds(2)));
    const ForeignMaster* master = masters.Find(first.header.source);
    if (master == nullptr) return Qualification::kTooFewAnnounces;
    const Qualification qualification = masters.QualificationOf(*master, At(seconds(2)));
    EXPECT_EQ(heard.objection, qualification);
    EXPECT_EQ(masters.Best(At(seconds(2))) != nullptr, qualification == Qualification::kQualified);
    return qualification;
  }
  static wire::Announce& Body(wire::Message& message) {
    return std::get<wire::Announce>(message.body);
  }

  ForeignMasterRules rules_ = Rules();
  wire::Message announce_ = AnnounceOf(kMasterA, 0);
};

TEST_F(QualificationTest, TwoAnnouncesQualify) {
  EXPECT_EQ(Of(rules_, announce_), Qualification::kQualified);
}

TEST_F(QualificationTest, OneAnnounceIsTooFew) {
  Hear(announce_, seconds(0));
  EXPECT_EQ(masters_.QualificationOf(masters_.all()[0], At(seconds(0))),
            Qualification::kTooFewAnnounces);
}

TEST_F(QualificationTest, MaxStepsRemovedAndMoreIsTooFar) {
  Body(announce_).steps_removed = 254;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kQualified);
  Body(announce_).steps_removed = 255;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kTooFar);
  Body(announce_).steps_removed = 4;
  rules_.max_steps_removed = 4;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kTooFar);
}

TEST_F(QualificationTest, OurselvesAsGrandmasterIsALoop) {
  Body(announce_).grandmaster = kUs;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kLoop);
}

// 16.2.3.
TEST_F(QualificationTest, OurselvesInThePathTraceIsALoop) {
  std::vector<uint8_t> loop;
  AppendPathTrace({{kMasterA, kUs}}, kMasterB, loop);
  announce_.tlvs = loop;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kQualified);  // path trace is not in use
  rules_.path_trace = true;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kLoop);
  std::vector<uint8_t> none;
  AppendPathTrace({{kMasterA}}, kMasterB, none);
  announce_.tlvs = none;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kQualified);
}

TEST_F(QualificationTest, ThePathTraceIsKept) {
  rules_.path_trace = true;
  masters_ = ForeignMasters(rules_);
  std::vector<uint8_t> tlv;
  AppendPathTrace({{kMasterA}}, kMasterB, tlv);
  announce_.tlvs = tlv;
  Hear(announce_, seconds(0));
  EXPECT_THAT(masters_.all()[0].path_trace.path, ElementsAre(kMasterA, kMasterB));
}

// 17.3.
TEST_F(QualificationTest, AnAlternateMasterIsNotFollowed) {
  announce_.header.flags = wire::kAlternateMaster;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kAlternate);
}

TEST_F(QualificationTest, AGreaterClockClassThanAllowedIsNotFollowed) {
  rules_.maximum_clock_class = 7;
  Body(announce_).quality.clock_class = 7;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kQualified);
  Body(announce_).quality.clock_class = 8;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kClockClassUnacceptable);
}

// 17.5.
TEST_F(QualificationTest, WhereThereIsAListOnlyWhoIsOnItIsAcceptable) {
  rules_.acceptable = {{{kMasterB, 0}, 0}};
  EXPECT_EQ(Of(rules_, announce_), Qualification::kNotAcceptable);
  rules_.acceptable.push_back({{kMasterA, 0}, 0});  // any port of it
  EXPECT_EQ(Of(rules_, announce_), Qualification::kQualified);
  rules_.acceptable.back().port.port = 2;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kNotAcceptable);
  rules_.acceptable.back().port.port = 1;
  EXPECT_EQ(Of(rules_, announce_), Qualification::kQualified);
}

TEST_F(QualificationTest, WhoIsOnTheListWithAnAddressIsAcceptableFromThereOnly) {
  const wire::PortAddress right{wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 1}};
  const wire::PortAddress wrong{wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 66}};
  const wire::PortIdentity a{kMasterA, 1};
  const wire::PortIdentity b{kMasterB, 1};
  EXPECT_TRUE(ForeignMasters(rules_).Accepts(a, wrong)) << "there is no list";
  rules_.acceptable = {{{kMasterA, 0}, 0, right}};
  EXPECT_TRUE(ForeignMasters(rules_).Accepts(a, right));
  EXPECT_FALSE(ForeignMasters(rules_).Accepts(a, wrong));
  EXPECT_FALSE(ForeignMasters(rules_).Accepts(b, right));
  rules_.acceptable = {{{}, 0, right, /*by_address=*/true}};
  EXPECT_TRUE(ForeignMasters(rules_).Accepts(b, right));
  EXPECT_FALSE(ForeignMasters(rules_).Accepts(b, wrong));
  EXPECT_EQ(Of(rules_, announce_), Qualification::kQualified) << "it comes from 192.0.2.1";
  rules_.acceptable = {{{}, 0, wrong, /*by_address=*/true}};
  EXPECT_EQ(Of(rules_, announce_), Qualification::kNotAcceptable);
}

TEST_F(QualificationTest, WhatIsNoLongerHeldAgainstItMustBeAnnouncedTwice) {
  wire::Message alternate = AnnounceOf(kMasterA, 0);
  alternate.header.flags = wire::kAlternateMaster;
  Hear(alternate, seconds(0));
  Hear(AnnounceOf(kMasterA, 1), seconds(2));
  EXPECT_EQ(Best(seconds(2)), nullptr);
  Hear(AnnounceOf(kMasterA, 2), seconds(4));
  EXPECT_NE(Best(seconds(4)), nullptr);
}

TEST_F(QualificationTest, AnAlternatePriority1CountsInsteadOfTheAnnounced) {
  rules_.acceptable = {{{kMasterA, 0}, 10}, {{kMasterB, 0}, 0}};
  masters_ = ForeignMasters(rules_);
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    Hear(AnnounceOf(kMasterA, sequence, 200), seconds(sequence));
    Hear(AnnounceOf(kMasterB, sequence, 100), seconds(sequence));
  }
  EXPECT_EQ(BestClock(seconds(1)), kMasterA);
  EXPECT_EQ(Best(seconds(1))->data_set.priority1, 10);
  EXPECT_EQ(Best(seconds(1))->announce.priority1, 200);  // what is announced is passed on
}

TEST_F(QualificationTest, TheLocalPriorityOfThePortGoesIntoTheComparison) {
  rules_.local_priority = 7;
  masters_ = ForeignMasters(rules_);
  Hear(announce_, seconds(0));
  EXPECT_EQ(masters_.all()[0].data_set.local_priority, 7);
  EXPECT_EQ(masters_.all()[0].data_set.receiver, kReceiver);
}

TEST_F(QualificationTest, TheAlternateComparisonPicksAnother) {
  rules_.algorithm = BestMasterAlgorithm::kG8275;
  masters_ = ForeignMasters(rules_);
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    Hear(AnnounceOf(kMasterA, sequence, 200), seconds(sequence));
    Hear(AnnounceOf(kMasterB, sequence, 100), seconds(sequence));
  }
  EXPECT_EQ(BestClock(seconds(1)), kMasterA);  // priority1 counts for nothing
}

// Lost Announce messages must not make a clock change its master and back.
TEST_F(ForeignMastersTest, TheParentQualifiesUntilItsTimeOut) {
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    Hear(AnnounceOf(kMasterA, sequence, 10), seconds(sequence));
    Hear(AnnounceOf(kMasterB, sequence, 20), seconds(sequence + 8));
  }
  EXPECT_EQ(BestClock(seconds(9)), kMasterB);
  masters_.SetParent(wire::PortIdentity{kMasterA, 1});
  EXPECT_EQ(BestClock(seconds(9)), kMasterA);
  masters_.SetParent(std::nullopt);
  EXPECT_EQ(BestClock(seconds(9)), kMasterB);
}

TEST_F(ForeignMastersTest, AParentThatSpeaksOfUsAsGrandmasterIsLostAtOnce) {
  Hear(AnnounceOf(kMasterA, 0), seconds(0));
  Hear(AnnounceOf(kMasterA, 1), seconds(2));
  masters_.SetParent(wire::PortIdentity{kMasterA, 1});
  wire::Message loop = AnnounceOf(kMasterA, 2);
  std::get<wire::Announce>(loop.body).grandmaster = kUs;
  Hear(loop, seconds(4));
  EXPECT_EQ(Best(seconds(4)), nullptr);
}

TEST_F(ForeignMastersTest, ClearForgetsAll) {
  Hear(AnnounceOf(kMasterA, 0), seconds(0));
  masters_.Clear();
  EXPECT_EQ(masters_.size(), 0U);
  EXPECT_EQ(masters_.NextExpiry(3), kNever);
}

}  // namespace
}  // namespace ptpcore::protocol
