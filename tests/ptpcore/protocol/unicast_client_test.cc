#include "ptpcore/protocol/unicast_client.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::MessageType;

constexpr wire::PortIdentity kPortA = {kMasterA, 1};
constexpr wire::PortIdentity kPortB = {kMasterB, 1};

// `REQUEST Sync 0 300 s`, so that a list of TLVs compares and reads well.
std::string Text(const UnicastTlv& tlv) {
  const auto type = [](MessageType t) {
    return std::string(ToString(UnicastServiceOf(t).value_or(UnicastService::kDelayResp)));
  };
  if (const auto* request = std::get_if<wire::RequestUnicastTransmission>(&tlv)) {
    return "REQUEST " + type(request->message_type) + " " +
           std::to_string(request->log_inter_message_period) + " " +
           std::to_string(request->duration_s) + " s";
  }
  if (const auto* cancel = std::get_if<wire::CancelUnicastTransmission>(&tlv))
    return "CANCEL " + type(cancel->message_type);
  if (const auto* acknowledged = std::get_if<wire::AcknowledgeCancelUnicastTransmission>(&tlv)) {
    return "ACKNOWLEDGE " + type(acknowledged->message_type);
  }
  return "GRANT";
}

// A client in simulated time: everything that it sends, as `.1: REQUEST ...`.
class UnicastClientTest : public ::testing::Test {
 protected:
  static UnicastClientConfig Config(std::vector<uint8_t> hosts) {
    UnicastClientConfig config;
    for (uint8_t host : hosts) {
      config.masters.push_back({"192.0.2." + std::to_string(host), AddressOf(host)});
    }
    return config;
  }

  void Note(const UnicastSignals& signals) {
    for (const UnicastSignal& signal : signals) {
      for (const UnicastTlv& tlv : signal.tlvs) {
        sent_.push_back("." + std::to_string(signal.to.octets[3]) + ": " + Text(tlv));
      }
      last_target_ = signal.target;
    }
  }
  std::vector<std::string> Sent() { return std::exchange(sent_, {}); }

  // Lives until `end`, timer by timer.
  void RunUntil(Duration end) {
    while (client_.NextDeadline() <= At(end)) {
      now_ = std::max(now_, client_.NextDeadline());
      Note(client_.HandleTimers(now_));
      ASSERT_GT(client_.NextDeadline(), now_) << "a timer that does not move";
    }
    now_ = At(end);
  }
  void Run(Duration duration) { RunUntil(now_.time_since_epoch() + duration); }

  void Start() {
    client_.Start(now_);
    Run(Duration(0));
  }
  void Grant(uint8_t host, MessageType type, int8_t log_interval, uint32_t duration_s) {
    const UnicastTlv tlv = wire::GrantUnicastTransmission{type, log_interval, duration_s, true};
    Note(client_.Handle(AddressOf(host), host == 1 ? kPortA : kPortB, {&tlv, 1}, now_));
  }
  void Deny(uint8_t host, MessageType type) { Grant(host, type, 0, 0); }
  void Select(uint8_t host) { Note(client_.Select(AddressOf(host), now_)); }
  // Master .1 grants all and is selected.
  void BeServed(uint32_t duration_s = 300) {
    Start();
    Grant(1, MessageType::kAnnounce, 1, duration_s);
    Select(1);
    Grant(1, MessageType::kSync, 0, duration_s);
    Grant(1, MessageType::kDelayResp, 0, duration_s);
    Sent();
  }
  // Time passes while master .1 sends what it granted.
  void RunServed(Duration duration) {
    for (Duration done{}; done < duration; done += seconds(1)) {
      Run(seconds(1));
      client_.Heard(AddressOf(1), UnicastService::kAnnounce, now_);
      client_.Heard(AddressOf(1), UnicastService::kSync, now_);
    }
  }
  UnicastMasterStatus Status(size_t index = 0) { return client_.Status().at(index); }

  UnicastClient client_{Config({1})};
  MonoTime now_ = At(seconds(100));
  std::vector<std::string> sent_;
  wire::PortIdentity last_target_;
};

TEST_F(UnicastClientTest, AsksForAnnounceAndOfTheSelectedMasterForTheRest) {
  Start();
  EXPECT_THAT(Sent(), ElementsAre(".1: REQUEST Announce 1 300 s"));
  EXPECT_EQ(last_target_, kAnyPort);
  Grant(1, MessageType::kAnnounce, 1, 300);
  EXPECT_THAT(Sent(), IsEmpty());
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kAnnounce), 1);
  Select(1);
  EXPECT_THAT(Sent(), ElementsAre(".1: REQUEST Sync 0 300 s", ".1: REQUEST Delay_Resp 0 300 s"));
  EXPECT_EQ(last_target_, kPortA);
  Grant(1, MessageType::kSync, 0, 300);
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), 0);
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kDelayResp), std::nullopt);
}

TEST_F(UnicastClientTest, RenewsEverythingInOneMessageWhenMoreThanHalfIsOver) {
  BeServed(300);
  RunServed(seconds(150));
  EXPECT_THAT(Sent(), IsEmpty());
  while (sent_.empty() && now_ < At(seconds(100 + 200))) RunServed(seconds(1));
  EXPECT_THAT(Sent(), ElementsAre(".1: REQUEST Announce 1 300 s", ".1: REQUEST Sync 0 300 s",
                                  ".1: REQUEST Delay_Resp 0 300 s"));
}

TEST_F(UnicastClientTest, ARenewalThatIsLostIsRepeatedBeforeTheShortestGrantEnds) {
  BeServed(10);
  RunServed(seconds(9));
  EXPECT_EQ(Sent().size(), 3U * 3U);
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), 0);
  RunServed(seconds(1));
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), std::nullopt);
}

TEST_F(UnicastClientTest, RenewedGrantsNeverLapseInAWeek) {
  BeServed();
  for (int hour = 0; hour < 24 * 7; ++hour) {
    for (int minute = 0; minute < 60; ++minute) {
      RunServed(seconds(60));
      for (const std::string& sent : Sent()) {
        if (sent.find("Announce") != std::string::npos) Grant(1, MessageType::kAnnounce, 1, 300);
        if (sent.find("Sync") != std::string::npos) Grant(1, MessageType::kSync, 0, 300);
        if (sent.find("Delay") != std::string::npos) Grant(1, MessageType::kDelayResp, 0, 300);
      }
      for (UnicastService service : kUnicastServices) {
        ASSERT_TRUE(client_.Granted(AddressOf(1), service)) << ToString(service);
      }
    }
  }
}

TEST_F(UnicastClientTest, WithoutAnAnswerItAsksThreeTimesAndPausesEverLonger) {
  Start();
  Run(seconds(3));
  EXPECT_EQ(Sent().size(), 3U);
  EXPECT_EQ(Status().trouble_text, "Announce not answered");
  EXPECT_EQ(client_.counters().unanswered, 1U);
  // In the long run: three requests in 3 s and a pause of 32 s, give or take a tenth.
  Run(seconds(200));
  Sent();
  Run(seconds(3'500));
  EXPECT_GE(Sent().size(), 3U * 93);
  Run(seconds(3'500));
  EXPECT_LE(Sent().size(), 3U * 112);
}

TEST_F(UnicastClientTest, AMasterThatComesBackIsServedFromAtOnce) {
  Start();
  Run(seconds(1'000));
  Grant(1, MessageType::kAnnounce, 1, 300);
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kAnnounce), 1);
  EXPECT_EQ(Status().trouble_text, "");
}

TEST_F(UnicastClientTest, ADeniedRateIsAskedForAgainSlowerUntilItIsGranted) {
  BeServed();
  client_.Start(now_);
  Run(Duration(0));
  Grant(1, MessageType::kAnnounce, 1, 300);
  Select(1);
  Grant(1, MessageType::kDelayResp, 0, 300);
  Sent();
  Deny(1, MessageType::kSync);
  EXPECT_EQ(Status().trouble_text, "Sync denied");
  Run(milliseconds(1'200));
  EXPECT_THAT(Sent(), ElementsAre(".1: REQUEST Sync 1 300 s"));
  Deny(1, MessageType::kSync);
  Run(milliseconds(1'200));
  EXPECT_THAT(Sent(), ElementsAre(".1: REQUEST Sync 2 300 s"));
  Grant(1, MessageType::kSync, 2, 300);
  EXPECT_EQ(Status().trouble_text, "");
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), 2);
  EXPECT_EQ(client_.counters().denials, 2U);
}

TEST_F(UnicastClientTest, ARenewalTriesForTheWantedRateAndIsContentWithTheOneItHad) {
  BeServed();
  Grant(1, MessageType::kSync, 3, 300);
  while (sent_.empty() && now_ < At(seconds(100 + 200))) RunServed(seconds(1));
  EXPECT_THAT(Sent(), ::testing::Contains(".1: REQUEST Sync 0 300 s"));
  Deny(1, MessageType::kSync);
  Run(milliseconds(1'200));
  EXPECT_THAT(Sent(), ::testing::Contains(".1: REQUEST Sync 3 300 s"));
}

TEST_F(UnicastClientTest, DeniedAtEveryRateItPausesAndBeginsWithTheConfiguredOneAgain) {
  Start();
  Sent();
  std::vector<std::string> asked;
  for (int i = 0; i < 4; ++i) {
    Deny(1, MessageType::kAnnounce);
    Run(milliseconds(1'200));
    for (std::string& sent : Sent()) asked.push_back(std::move(sent));
  }
  EXPECT_THAT(asked, ElementsAre(".1: REQUEST Announce 2 300 s", ".1: REQUEST Announce 3 300 s",
                                 ".1: REQUEST Announce 4 300 s"))
      << "the slowest was denied, too";
  Run(seconds(1));
  EXPECT_THAT(Sent(), ElementsAre(".1: REQUEST Announce 1 300 s"));
}

TEST_F(UnicastClientTest, ADeniedRenewalLeavesTheGrantUntilItEnds) {
  BeServed(300);
  RunServed(seconds(200));
  Deny(1, MessageType::kSync);
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), 0);
  RunServed(seconds(101));
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), std::nullopt);
}

TEST_F(UnicastClientTest, ADenialThatNobodyAskedForIsNotBelieved) {
  BeServed();
  Deny(1, MessageType::kSync);
  EXPECT_EQ(Status().trouble_text, "");
  EXPECT_EQ(client_.counters().denials, 0U);
}

struct Terms {
  int8_t log_interval;
  uint32_t duration_s;
};
class AbsurdGrantTest : public UnicastClientTest, public ::testing::WithParamInterface<Terms> {};

TEST_P(AbsurdGrantTest, IsRefusedCountedAndGivenBack) {
  Start();
  Sent();
  Grant(1, MessageType::kAnnounce, GetParam().log_interval, GetParam().duration_s);
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kAnnounce), std::nullopt);
  EXPECT_EQ(client_.counters().invalid_grants, 1U);
  EXPECT_EQ(Status().trouble_text, "Announce granted on absurd terms");
  EXPECT_THAT(Sent(), ElementsAre(".1: CANCEL Announce"));
}
INSTANTIATE_TEST_SUITE_P(All, AbsurdGrantTest,
                         ::testing::Values(Terms{1, 9}, Terms{1, 86'401}, Terms{1, 0xFFFFFFFF},
                                           Terms{-8, 300}, Terms{5, 300}, Terms{127, 300},
                                           Terms{-128, 300}));

TEST_F(UnicastClientTest, AMasterThatIsSilentIsAskedAgainAsItMayHaveForgottenUs) {
  BeServed(300);
  RunServed(seconds(20));
  EXPECT_THAT(Sent(), IsEmpty());
  Run(seconds(4));  // the Sync of each second does not come
  EXPECT_THAT(Sent(), ElementsAre(".1: REQUEST Announce 1 300 s", ".1: REQUEST Sync 0 300 s",
                                  ".1: REQUEST Delay_Resp 0 300 s"));
  EXPECT_EQ(Status().trouble_text, "Sync granted, but none comes");
  Grant(1, MessageType::kAnnounce, 1, 300);
  Grant(1, MessageType::kSync, 0, 300);
  Grant(1, MessageType::kDelayResp, 0, 300);
  RunServed(seconds(5));
  EXPECT_EQ(Status().trouble_text, "");
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(UnicastClientTest, AMasterThatDiedIsNoLongerCountedOn) {
  BeServed(300);
  Run(seconds(20));
  for (UnicastService service : {UnicastService::kAnnounce, UnicastService::kSync}) {
    EXPECT_EQ(client_.Granted(AddressOf(1), service), std::nullopt) << ToString(service);
  }
  EXPECT_THAT(Status().trouble_text, ::testing::HasSubstr("Sync not answered"));
}

TEST_F(UnicastClientTest, AMasterThatAnswersAsAnotherPortIsAskedAsAnyPort) {
  BeServed(300);
  Run(seconds(6));
  EXPECT_EQ(last_target_, kAnyPort) << "of the second request";
}

TEST_F(UnicastClientTest, WhatTheMasterCancelsIsAcknowledgedAndAskedForAfterAPause) {
  BeServed();
  const UnicastTlv cancel = wire::CancelUnicastTransmission{MessageType::kSync, true, false};
  Note(client_.Handle(AddressOf(1), kPortA, {&cancel, 1}, now_));
  EXPECT_THAT(Sent(), ElementsAre(".1: ACKNOWLEDGE Sync"));
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), std::nullopt);
  EXPECT_EQ(Status().trouble_text, "Sync cancelled by the master");
  Run(milliseconds(1'500));
  EXPECT_THAT(Sent(), IsEmpty());
  Run(milliseconds(1'000));
  EXPECT_THAT(Sent(), ElementsAre(".1: REQUEST Sync 0 300 s"));
}

TEST_F(UnicastClientTest, ACancellationThatMaintainsItsGrantsChangesNothing) {
  BeServed();
  const UnicastTlv cancel = wire::CancelUnicastTransmission{MessageType::kSync, false, true};
  Note(client_.Handle(AddressOf(1), kPortA, {&cancel, 1}, now_));
  EXPECT_THAT(Sent(), IsEmpty());
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), 0);
}

TEST_F(UnicastClientTest, GrantsOfStrangersAreCountedAndIgnored) {
  Start();
  Sent();
  Grant(9, MessageType::kAnnounce, 1, 300);
  EXPECT_EQ(client_.counters().strangers, 1U);
  EXPECT_THAT(Sent(), IsEmpty());
}

TEST_F(UnicastClientTest, GivesEverythingBackInTheEnd) {
  BeServed();
  Note(client_.CancelAll());
  EXPECT_THAT(Sent(),
              ElementsAre(".1: CANCEL Announce", ".1: CANCEL Sync", ".1: CANCEL Delay_Resp"));
  EXPECT_EQ(client_.NextDeadline(), kNever);
}

class TwoMastersTest : public UnicastClientTest {
 protected:
  TwoMastersTest() {
    client_ = UnicastClient(Config({1, 2}));
    Start();
    Grant(1, MessageType::kAnnounce, 1, 300);
    Grant(2, MessageType::kAnnounce, 1, 300);
    Select(1);
    Grant(1, MessageType::kSync, 0, 300);
    Grant(1, MessageType::kDelayResp, 0, 300);
    Sent();
  }
};

TEST_F(TwoMastersTest, AChangeOfMasterCancelsAtTheOldOneAndAsksTheNewOne) {
  Select(2);
  EXPECT_THAT(Sent(), ElementsAre(".1: CANCEL Sync", ".1: CANCEL Delay_Resp",
                                  ".2: REQUEST Sync 0 300 s", ".2: REQUEST Delay_Resp 0 300 s"));
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), std::nullopt);
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kAnnounce), 1);
}

TEST_F(TwoMastersTest, ACancellationIsRepeatedUntilItIsAcknowledged) {
  Select(2);
  Grant(2, MessageType::kSync, 0, 300);
  Grant(2, MessageType::kDelayResp, 0, 300);
  Sent();
  const UnicastTlv acknowledged =
      wire::AcknowledgeCancelUnicastTransmission{MessageType::kDelayResp, false, true};
  Note(client_.Handle(AddressOf(1), kPortA, {&acknowledged, 1}, now_));
  Run(milliseconds(3'500));
  EXPECT_THAT(Sent(), ElementsAre(".1: CANCEL Sync", ".1: CANCEL Sync")) << "three in all";
}

TEST_F(TwoMastersTest, AGrantThatComesAfterTheChangeIsGivenBack) {
  Select(2);
  Run(seconds(60));
  Sent();
  Grant(1, MessageType::kSync, 0, 300);
  EXPECT_THAT(Sent(), ::testing::Contains(".1: CANCEL Sync"));
  EXPECT_EQ(client_.Granted(AddressOf(1), UnicastService::kSync), std::nullopt);
}

TEST(UnicastClientLimitsTest, MoreThanSixteenMastersAndDuplicatesAreLeftOut) {
  UnicastClientConfig config;
  config.masters.push_back({"192.0.2.1", AddressOf(1)});
  for (uint8_t host = 1; host <= 40; ++host) config.masters.push_back({"", AddressOf(host)});
  EXPECT_EQ(UnicastClient(config).Status().size(), UnicastClient::kMaxMasters - 1);
}

TEST(UnicastClientLimitsTest, ManyClientsDoNotRenewAtTheSameTime) {
  std::set<MonoTime> deadlines;
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    UnicastClientConfig config;
    config.masters.push_back({"192.0.2.1", AddressOf(1)});
    config.random_seed = seed;
    UnicastClient client(config);
    client.Start(At(seconds(1)));
    client.HandleTimers(At(seconds(1)));
    const UnicastTlv grant = wire::GrantUnicastTransmission{MessageType::kAnnounce, 4, 300, true};
    client.Handle(AddressOf(1), kPortA, {&grant, 1}, At(seconds(1)));
    for (MonoTime heard = At(seconds(1)); heard < At(seconds(160)); heard += seconds(16)) {
      client.Heard(AddressOf(1), UnicastService::kAnnounce, heard);
    }
    client.Heard(AddressOf(1), UnicastService::kAnnounce, At(seconds(160)));
    deadlines.insert(client.NextDeadline());
  }
  EXPECT_GT(deadlines.size(), 95U);
  EXPECT_GT(*deadlines.rbegin() - *deadlines.begin(), seconds(30));
}

}  // namespace
}  // namespace ptpcore::protocol
