// Around a leap second nothing is measured, and no time is told: IEEE 1588-2019 9.4.
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"
#include "one_port.h"

namespace ptpcore::protocol {
namespace {

constexpr int64_t kNewYear2027 = 1'798'761'600 * kSecond;
constexpr LeapSecond kInserted{1, kNewYear2027};

template <typename Kind>
size_t Count(const Actions& actions) {
  size_t count = 0;
  for (const Action& action : actions) count += std::holds_alternative<Kind>(action) ? 1 : 0;
  return count;
}

wire::Message SyncOf(const wire::ClockIdentity& master, uint16_t sequence_id, int64_t t1_ns) {
  wire::Message message;
  message.header.type = wire::MessageType::kSync;
  message.header.source = {master, 1};
  message.header.sequence_id = sequence_id;
  message.header.log_message_interval = 0;
  message.body =
      wire::Sync{{static_cast<uint64_t>(t1_ns / kSecond), static_cast<uint32_t>(t1_ns % kSecond)}};
  return message;
}

TEST(LeapOnPort, ASyncWithinTwoSecondsIsNotMeasured) {
  ClockConfig config;
  config.own.clock_identity = kUs;
  config.own.slave_only = true;
  OnePort client(config, PortConfig());
  client.Initialized();
  for (uint16_t i = 0; i < 2; ++i) {
    wire::Message announce = AnnounceOf(kMasterA, i);
    announce.header.flags = wire::kPtpTimescale | wire::kCurrentUtcOffsetValid;
    client.Handle({announce, AddressOf(1), std::nullopt}, At(seconds(2 * i)));
  }
  client.clock().SetLeap(kInserted);
  uint16_t sequence_id = 0;
  // `after_ns`: in TAI, after the start of the inserted second.
  const auto measured = [&](int64_t after_ns) {
    const int64_t t1_ns = kNewYear2027 + 37 * kSecond + after_ns;
    return Count<SyncMeasured>(client.Handle(
        {SyncOf(kMasterA, ++sequence_id, t1_ns), AddressOf(1), LocalTime{kNewYear2027 + after_ns}},
        At(seconds(3))));
  };
  EXPECT_EQ(measured(-3 * kSecond), 1U);
  EXPECT_EQ(measured(-kSecond), 0U);
  EXPECT_EQ(measured(0), 0U);
  EXPECT_EQ(measured(kSecond), 0U);
  EXPECT_EQ(measured(3 * kSecond), 1U);
}

TEST(LeapOnPort, AGrandmasterTellsNoTimeButGoesOnToAnnounceItself) {
  ClockConfig config;
  config.own.clock_identity = kUs;
  PortConfig port;
  port.master_only = true;
  OnePort master(config, port);
  master.Initialized();
  std::vector<wire::Message> syncs;
  size_t announces = 0;
  const auto run = [&](int from_s, int to_s) {
    syncs.clear();
    announces = 0;
    for (int s = from_s; s < to_s; ++s) {
      for (const Action& action : master.HandleTimers(At(seconds(s)))) {
        if (const auto* sent = std::get_if<SendEvent>(&action)) syncs.push_back(sent->message);
        announces += std::holds_alternative<SendGeneral>(action) ? 1 : 0;
      }
    }
  };
  run(0, 60);
  ASSERT_EQ(master.state(), PortState::kMaster);
  run(60, 70);
  EXPECT_EQ(syncs.size(), 10U);
  wire::Message request = SyncOf(kMasterA, 1, 0);
  request.header.type = wire::MessageType::kDelayReq;
  request.body = wire::DelayReq{};
  const Received asked{request, AddressOf(1), LocalTime{kNewYear2027}};
  EXPECT_EQ(Count<SendGeneral>(master.Handle(asked, At(seconds(70)))), 1U);
  const wire::Message under_way = syncs.back();

  master.clock().SetTimeAmbiguous(true);
  EXPECT_EQ(Count<SendGeneral>(master.HandleTransmitted(under_way, LocalTime{kNewYear2027})), 0U);
  EXPECT_EQ(Count<SendGeneral>(master.Handle(asked, At(seconds(70)))), 0U);
  run(70, 80);
  EXPECT_EQ(syncs.size(), 0U);
  EXPECT_EQ(announces, 5U);

  master.clock().SetTimeAmbiguous(false);
  run(80, 90);
  EXPECT_EQ(syncs.size(), 10U);
}

// A boundary clock passes on the time that it has, also while its master still announces
// the offset before.
TEST(LeapOnPort, WhatIsAddedToUtcChangesWithOurClock) {
  ClockConfig config;
  config.own.clock_identity = kUs;
  config.own.slave_only = true;
  OnePort client(config, PortConfig());
  client.Initialized();
  for (uint16_t i = 0; i < 2; ++i) {
    wire::Message announce = AnnounceOf(kMasterA, i);
    announce.header.flags = wire::kPtpTimescale | wire::kCurrentUtcOffsetValid;
    client.Handle({announce, AddressOf(1), std::nullopt}, At(seconds(2 * i)));
  }
  EXPECT_EQ(client.clock().data_sets().utc_offset_s, 37);
  client.clock().SetLeap(kInserted);
  EXPECT_EQ(client.clock().data_sets().utc_offset_s, 37);
  client.clock().LeapReached();
  EXPECT_EQ(client.clock().data_sets().utc_offset_s, 38);
  client.clock().LeapPassed();
  EXPECT_EQ(client.clock().data_sets().utc_offset_s, 38);
}

}  // namespace
}  // namespace ptpcore::protocol
