#include "unicast_clients.h"

#include <map>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "ptpcore/protocol/unicast_terms.h"
#include "ptpcore/wire/codec.h"

namespace bench {
namespace {

using ptpcore::protocol::MonoTime;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace protocol = ptpcore::protocol;
namespace wire = ptpcore::wire;

// A server that grants everything at once; Sync and Follow_Up are sent by hand.
class UnicastClientsTest : public ::testing::Test {
 protected:
  void Deliver(wire::MessageType type, uint16_t sequence_id, const wire::Body& body,
               const protocol::TlvOctets& tlvs = {}) {
    wire::Message message;
    message.header.type = type;
    message.header.sequence_id = sequence_id;
    message.body = body;
    message.tlvs = tlvs;
    std::vector<uint8_t> octets(256);
    octets.resize(wire::Encode(message, absl::MakeSpan(octets)));
    clients_.Handle(0, octets, now_);
  }
  void Sync(uint16_t id) { Deliver(wire::MessageType::kSync, id, wire::Sync{}); }
  void FollowUp(uint16_t id) { Deliver(wire::MessageType::kFollowUp, id, wire::FollowUp{}); }
  void GrantAll() {
    protocol::UnicastTlvs grants;
    for (auto service : protocol::kUnicastServices) {
      grants.emplace_back(wire::GrantUnicastTransmission{protocol::MessageTypeOf(service), 0, 300});
    }
    Deliver(wire::MessageType::kSignaling, 0, wire::Signaling{protocol::kAnyPort},
            protocol::WriteUnicastTlvs(grants));
  }
  void Wait(protocol::Duration duration) {
    now_ += duration;
    clients_.HandleTimers(now_);
  }

  MonoTime now_ = MonoTime(seconds(100));
  std::map<wire::MessageType, int> sent_;
  UnicastClients clients_{1, seconds(1), now_, [this](uint32_t, bool, auto octets) {
                            const auto message = std::get<wire::Message>(wire::Decode(octets));
                            ++sent_[message.header.type];
                          }};
};

TEST_F(UnicastClientsTest, AsksUntilAllIsGrantedAndThenSendsADelayReqASecond) {
  Wait(seconds(0));
  Wait(seconds(1));
  EXPECT_EQ(sent_[wire::MessageType::kSignaling], 2);
  GrantAll();
  EXPECT_EQ(clients_.served(), 1U);
  for (int i = 0; i < 10; ++i) Wait(seconds(1));
  EXPECT_EQ(sent_[wire::MessageType::kDelayReq], 10);
  EXPECT_EQ(sent_[wire::MessageType::kSignaling], 2);
}

TEST_F(UnicastClientsTest, ASyncCountsWithItsFollowUpInEitherOrder) {
  clients_.StartMeasuring(now_);
  Wait(seconds(1));
  Sync(1);
  FollowUp(1);
  Wait(seconds(1));
  FollowUp(2);
  Sync(2);
  EXPECT_EQ(clients_.Result(now_).missed_intervals, 0U);
}

TEST_F(UnicastClientsTest, WhatDoesNotComeIsMissed) {
  clients_.StartMeasuring(now_);
  Wait(seconds(1));
  Sync(1);
  FollowUp(1);
  Wait(seconds(1));
  Sync(2);  // without its Follow_Up
  Wait(seconds(1));
  Sync(3);
  FollowUp(3);
  EXPECT_EQ(clients_.Result(now_).missed_intervals, 1U);
  EXPECT_EQ(clients_.Result(now_).worst_gap_s, 2);
  Wait(seconds(5));
  EXPECT_EQ(clients_.Result(now_).missed_intervals, 5U) << "and what is missing at the end";
  EXPECT_EQ(clients_.Result(now_).clients_that_missed, 1U);
}

}  // namespace
}  // namespace bench
