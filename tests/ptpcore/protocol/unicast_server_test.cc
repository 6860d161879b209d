#include "ptpcore/protocol/unicast_server.h"

#include <array>
#include <iostream>
#include <map>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using wire::MessageType;

constexpr wire::PortIdentity kClient = {kUs, 1};

wire::PortAddress Address(uint32_t number) {
  return {wire::NetworkProtocol::kUdpIpv4,
          4,
          {10, static_cast<uint8_t>(number >> 16), static_cast<uint8_t>(number >> 8),
           static_cast<uint8_t>(number)}};
}

class UnicastServerTest : public ::testing::Test {
 protected:
  UnicastServerTest() { server_.SetServing(Serving::kSends); }

  void Configure(const UnicastServerConfig& config) {
    server_ = UnicastServer(config);
    server_.SetServing(Serving::kSends);
  }
  wire::GrantUnicastTransmission Request(uint32_t client, MessageType type, int8_t log_interval = 0,
                                         uint32_t duration_s = 300) {
    const UnicastTlv tlv = wire::RequestUnicastTransmission{type, log_interval, duration_s};
    const UnicastSignals answer = server_.Handle(Address(client), kClient, {&tlv, 1}, now_);
    EXPECT_EQ(answer.size(), 1U);
    EXPECT_EQ(answer[0].to, Address(client));
    EXPECT_EQ(answer[0].target, kClient);
    return std::get<wire::GrantUnicastTransmission>(answer[0].tlvs.at(0));
  }
  bool Granted(uint32_t client, MessageType type, int8_t log_interval = 0) {
    return Request(client, type, log_interval).duration_s > 0;
  }
  UnicastSignals Cancel(uint32_t client, MessageType type) {
    const UnicastTlv tlv = wire::CancelUnicastTransmission{type, false, true};
    return server_.Handle(Address(client), kClient, {&tlv, 1}, now_);
  }
  // Lives until `end`, and returns what was sent to whom.
  std::vector<UnicastDue> Run(Duration duration) {
    std::vector<UnicastDue> sent;
    const MonoTime end = now_ + duration;
    while (server_.NextDeadline() <= end) {
      now_ = std::max(now_, server_.NextDeadline());
      while (const auto due = server_.TakeDue(now_)) {
        sent.push_back(*due);
        if (due->service == UnicastService::kSync) {
          EXPECT_TRUE(server_.SyncStamped(due->to, due->sequence_id));
        }
      }
    }
    now_ = end;
    return sent;
  }

  UnicastServer server_{UnicastServerConfig{}};
  MonoTime now_ = At(seconds(100));
};

TEST_F(UnicastServerTest, GrantsWhatIsAskedForAndSendsItAtThatRate) {
  const wire::GrantUnicastTransmission grant = Request(1, MessageType::kSync, -2);
  EXPECT_EQ(grant.message_type, MessageType::kSync);
  EXPECT_EQ(grant.log_inter_message_period, -2);
  EXPECT_EQ(grant.duration_s, 300U);
  EXPECT_TRUE(grant.renewal_invited);
  const std::vector<UnicastDue> sent = Run(seconds(10));
  EXPECT_EQ(sent.size(), 40U);
  EXPECT_EQ(sent.front().to, Address(1));
  EXPECT_EQ(sent.front().service, UnicastService::kSync);
  EXPECT_EQ(server_.clients(), 1U);
}

TEST_F(UnicastServerTest, EachTypeIsGrantedOnItsOwn) {
  EXPECT_TRUE(Granted(1, MessageType::kAnnounce, 1));
  EXPECT_TRUE(Granted(1, MessageType::kDelayResp));
  EXPECT_FALSE(server_.Serves(Address(1), UnicastService::kSync));
  EXPECT_TRUE(server_.Serves(Address(1), UnicastService::kDelayResp));
  std::map<UnicastService, int> sent;
  for (const UnicastDue& due : Run(seconds(10))) ++sent[due.service];
  EXPECT_EQ(sent[UnicastService::kAnnounce], 5);
  EXPECT_EQ(sent[UnicastService::kDelayResp], 0) << "answers only";
  EXPECT_EQ(server_.clients(), 1U);
}

TEST_F(UnicastServerTest, SequenceNumbersCountForEachClientAndTypeAlone) {
  Request(1, MessageType::kSync);
  Request(1, MessageType::kAnnounce);
  Request(2, MessageType::kSync, -1);
  std::map<std::pair<uint8_t, UnicastService>, uint16_t> last;
  for (const UnicastDue& due : Run(seconds(20))) {
    uint16_t& before = last[{due.to.octets[3], due.service}];
    EXPECT_EQ(due.sequence_id, static_cast<uint16_t>(before + 1));
    before = due.sequence_id;
  }
  EXPECT_EQ(last.size(), 3U);
}

TEST_F(UnicastServerTest, AGrantEndsWhenItsTimeIsOver) {
  Request(1, MessageType::kSync, 0, 60);
  EXPECT_EQ(Run(seconds(60)).size(), 60U);
  EXPECT_EQ(Run(seconds(60)).size(), 0U);
  EXPECT_FALSE(server_.Serves(Address(1), UnicastService::kSync));
  EXPECT_EQ(server_.counters().expired, 1U);
  EXPECT_EQ(server_.clients(), 0U);
  EXPECT_EQ(server_.granted_rate_hz(), 0);
  EXPECT_EQ(server_.NextDeadline(), kNever);
}

TEST_F(UnicastServerTest, ARenewedGrantGoesOnWithoutAGapOrAJump) {
  Request(1, MessageType::kSync, 0, 60);
  std::vector<UnicastDue> sent = Run(seconds(40));
  Request(1, MessageType::kSync, 0, 60);
  for (const UnicastDue& due : Run(seconds(50))) sent.push_back(due);
  ASSERT_EQ(sent.size(), 90U);
  EXPECT_EQ(sent.back().sequence_id, 90);
}

TEST_F(UnicastServerTest, AnotherRateHoldsAtOnce) {
  Request(1, MessageType::kAnnounce, 4);
  Run(seconds(2));
  Request(1, MessageType::kAnnounce, 0);
  EXPECT_EQ(Run(seconds(10)).size(), 10U);
  EXPECT_EQ(server_.granted_rate_hz(), 1);
}

TEST_F(UnicastServerTest, WhoAsksForLongerIsGrantedTheLongestThatWeAllow) {
  EXPECT_EQ(Request(1, MessageType::kSync, 0, 0xFFFFFFFF).duration_s, 300U);
  EXPECT_EQ(Request(1, MessageType::kSync, 0, 10).duration_s, 10U);
}

TEST_F(UnicastServerTest, WhatIsCancelledEndsAndIsAcknowledged) {
  Request(1, MessageType::kSync);
  Request(1, MessageType::kDelayResp);
  const UnicastSignals answer = Cancel(1, MessageType::kSync);
  ASSERT_EQ(answer.size(), 1U);
  EXPECT_EQ(std::get<wire::AcknowledgeCancelUnicastTransmission>(answer[0].tlvs.at(0)).message_type,
            MessageType::kSync);
  EXPECT_EQ(Run(seconds(10)).size(), 0U);
  EXPECT_TRUE(server_.Serves(Address(1), UnicastService::kDelayResp));
  EXPECT_EQ(server_.clients(), 1U);
  Cancel(1, MessageType::kDelayResp);
  EXPECT_EQ(server_.clients(), 0U);
  EXPECT_EQ(server_.counters().cancelled, 2U);
}

TEST_F(UnicastServerTest, ACancellationOfNothingIsAcknowledgedAndForgotten) {
  EXPECT_EQ(Cancel(1, MessageType::kSync).size(), 1U);
  EXPECT_EQ(server_.clients(), 0U);
  EXPECT_EQ(server_.counters().cancelled, 0U);
}

TEST_F(UnicastServerTest, DeniesWhatIsNoServiceOfOurs) {
  EXPECT_FALSE(Granted(1, MessageType::kPdelayResp));
  EXPECT_FALSE(Granted(1, MessageType::kManagement));
  EXPECT_FALSE(Granted(1, static_cast<MessageType>(0xF)));
  EXPECT_EQ(server_.clients(), 0U);
  EXPECT_EQ(server_.counters().denied, 3U);
}

TEST_F(UnicastServerTest, AbsurdRequestsAreDeniedAndCounted) {
  EXPECT_EQ(Request(1, MessageType::kSync, -8).duration_s, 0U);
  EXPECT_EQ(Request(1, MessageType::kSync, 5).duration_s, 0U);
  EXPECT_EQ(Request(1, MessageType::kSync, 127).duration_s, 0U);
  EXPECT_EQ(Request(1, MessageType::kSync, -128).duration_s, 0U);
  EXPECT_EQ(Request(1, MessageType::kSync, 0, 9).duration_s, 0U);
  EXPECT_EQ(Request(1, MessageType::kSync, 0, 0).duration_s, 0U);
  EXPECT_EQ(server_.counters().invalid_requests, 6U);
  EXPECT_EQ(server_.clients(), 0U);
}

TEST_F(UnicastServerTest, ARateFasterThanAllowedIsDeniedAndASlowerOneGranted) {
  UnicastServerConfig config;
  config.fastest_log_interval[IndexOf(UnicastService::kSync)] = -4;
  Configure(config);
  EXPECT_FALSE(Granted(1, MessageType::kSync, -5));
  EXPECT_TRUE(Granted(1, MessageType::kSync, -4));
}

TEST_F(UnicastServerTest, OneClientTooManyIsDenied) {
  UnicastServerConfig config;
  config.maximum_clients = 2;
  Configure(config);
  EXPECT_TRUE(Granted(1, MessageType::kAnnounce));
  EXPECT_TRUE(Granted(2, MessageType::kAnnounce));
  EXPECT_FALSE(Granted(3, MessageType::kAnnounce));
  EXPECT_TRUE(Granted(2, MessageType::kSync)) << "a client that is known";
  Cancel(1, MessageType::kAnnounce);
  EXPECT_TRUE(Granted(3, MessageType::kAnnounce));
}

TEST_F(UnicastServerTest, AllClientsTogetherGetNoMoreThanTheGreatestRate) {
  UnicastServerConfig config;
  config.maximum_rate_hz = 40;
  Configure(config);
  EXPECT_TRUE(Granted(1, MessageType::kSync, -4)) << "16 Sync and 16 Follow_Up a second";
  EXPECT_EQ(server_.granted_rate_hz(), 32);
  EXPECT_FALSE(Granted(2, MessageType::kSync, -4));
  EXPECT_TRUE(Granted(2, MessageType::kSync, -2));
  EXPECT_TRUE(Granted(1, MessageType::kSync, -4)) << "a renewal does not count twice";
  EXPECT_EQ(server_.granted_rate_hz(), 40);
}

TEST_F(UnicastServerTest, NothingIsGrantedWhileThePortIsNoMaster) {
  Request(1, MessageType::kSync);
  Request(1, MessageType::kDelayResp);
  const UnicastSignals told = server_.SetServing(Serving::kDenies);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].tlvs.size(), 2U) << "each grant is cancelled";
  EXPECT_TRUE(std::get<wire::CancelUnicastTransmission>(told[0].tlvs[0]).maintain_request);
  EXPECT_EQ(server_.clients(), 0U);
  EXPECT_EQ(Run(seconds(10)).size(), 0U);
  EXPECT_FALSE(Granted(1, MessageType::kSync));
  server_.SetServing(Serving::kSends);
  EXPECT_TRUE(Granted(1, MessageType::kSync));
}

TEST_F(UnicastServerTest, APortThatMayYetBecomeMasterGrantsAndSendsWhenItIs) {
  server_.SetServing(Serving::kWaits);
  EXPECT_TRUE(Granted(1, MessageType::kSync));
  EXPECT_EQ(Run(seconds(10)).size(), 0U);
  EXPECT_TRUE(server_.SetServing(Serving::kSends).empty());
  const std::vector<UnicastDue> sent = Run(seconds(10));
  ASSERT_EQ(sent.size(), 10U);
  EXPECT_EQ(sent.front().sequence_id, 1);
}

TEST_F(UnicastServerTest, AFollowUpIsOwedOnceAndForTheLastSyncOnly) {
  Request(1, MessageType::kSync, 0);
  now_ += seconds(1);
  const auto first = server_.TakeDue(now_);
  ASSERT_TRUE(first);
  EXPECT_FALSE(server_.SyncStamped(Address(2), first->sequence_id));
  EXPECT_FALSE(server_.SyncStamped(Address(1), static_cast<uint16_t>(first->sequence_id + 1)));
  EXPECT_TRUE(server_.SyncStamped(Address(1), first->sequence_id));
  EXPECT_FALSE(server_.SyncStamped(Address(1), first->sequence_id));
  now_ += seconds(1);
  ASSERT_TRUE(server_.TakeDue(now_));
  now_ += seconds(1);
  ASSERT_TRUE(server_.TakeDue(now_));
  EXPECT_EQ(server_.counters().lost_transmit_timestamps, 1U);
}

TEST_F(UnicastServerTest, ALateServerSkipsAndCountsTheIntervalsItMissed) {
  Request(1, MessageType::kSync, 0);
  Run(seconds(10));
  EXPECT_EQ(server_.counters().missed_intervals, 0U);
  now_ += seconds(5);
  EXPECT_TRUE(server_.TakeDue(now_));
  EXPECT_FALSE(server_.TakeDue(now_)) << "no burst to make up for it";
  EXPECT_GE(server_.counters().missed_intervals, 4U);
}

TEST_F(UnicastServerTest, ClientsThatComeAtOnceAreSpreadOverTheInterval) {
  for (uint32_t client = 0; client < 1'000; ++client) Request(client, MessageType::kSync);
  std::array<int, 10> in_tenth{};
  for (int& count : in_tenth) count = static_cast<int>(Run(milliseconds(100)).size());
  for (int count : in_tenth) EXPECT_NEAR(count, 100, 40);
}

TEST_F(UnicastServerTest, ThousandsOfClientsAreBoundedAndComeAndGoWithoutLeavingATrace) {
  constexpr uint32_t kClients = 10'000;
  UnicastServerConfig config;
  config.maximum_clients = kClients;
  Configure(config);
  const auto all_ask = [&](uint32_t first) {
    for (uint32_t client = first; client < first + 2 * kClients; ++client) {
      for (UnicastService service : kUnicastServices) Request(client, MessageTypeOf(service));
    }
  };
  all_ask(0);
  EXPECT_EQ(server_.clients(), kClients);
  const size_t memory = server_.memory();
  std::cout << memory / kClients << " octets for each of " << kClients << " clients\n";
  EXPECT_LT(memory / kClients, 400U);
  EXPECT_EQ(Run(seconds(10)).size(), 2 * 10 * kClients);
  Run(seconds(300));
  EXPECT_EQ(server_.clients(), 0U);
  EXPECT_EQ(server_.granted_rate_hz(), 0);
  all_ask(5 * kClients);
  EXPECT_LT(server_.memory(), memory + 8 * kClients) << "only the list of free places";
}

}  // namespace
}  // namespace ptpcore::protocol
