// Frames as they come from a packet socket.
#include "service/diagnose/traffic_counter.h"

#include <array>

#include "gtest/gtest.h"
#include "ptpcore/wire/codec.h"

namespace hostctl::diagnose {
namespace {

namespace wire = ptpcore::wire;

const wire::PortIdentity kMaster = {{{2, 0, 0xC0, 0xFF, 0xFE, 0, 0, 1}}, 1};
const wire::PortIdentity kOwn = {{{2, 0, 0, 0xFF, 0xFE, 0, 2, 2}}, 1};

wire::Message Message(wire::MessageType type, const wire::Body& body, uint16_t sequence,
                      uint16_t flags = 0) {
  wire::Message message;
  message.header.type = type;
  message.header.source = kMaster;
  message.header.sequence_id = sequence;
  message.header.flags = flags;
  message.header.log_message_interval = 0;
  message.body = body;
  return message;
}

// In an Ethernet frame of its own type; `time_s` of CLOCK_REALTIME.
capture::Frame InFrame(const wire::Message& message, double time_s) {
  capture::Frame frame;
  frame.time = absl::UnixEpoch() + absl::Seconds(time_s);
  frame.data = {0x01, 0x1B, 0x19, 0, 0, 0, 2, 0, 0xC0, 0, 0, 1, 0x88, 0xF7};
  std::array<uint8_t, wire::kMaxMessageSize> buffer{};
  const size_t size = wire::Encode(message, absl::MakeSpan(buffer));
  frame.data.insert(frame.data.end(), buffer.begin(),
                    buffer.begin() + static_cast<std::ptrdiff_t>(size));
  frame.original_length = frame.data.size();
  return frame;
}

TEST(TrafficCounter, TellsWhoSendsWhat) {
  TrafficCounter counter;
  wire::Announce announce;
  announce.quality.clock_class = 7;
  announce.priority1 = 12;
  announce.current_utc_offset = 37;
  counter.Add("eth0",
              InFrame(Message(wire::MessageType::kAnnounce, announce, 1, wire::kPtpTimescale), 100),
              {});
  counter.Add("eth0", InFrame(Message(wire::MessageType::kSync, wire::Sync{}, 1), 100), {});
  ASSERT_EQ(counter.traffic().talkers.size(), 1u);
  const Talker& talker = counter.traffic().talkers[0];
  EXPECT_EQ(talker.identity, "0200c0fffe000001/1");
  EXPECT_EQ(talker.address, "02:00:c0:00:00:01");
  EXPECT_EQ(talker.network, v1::NETWORK_PROTOCOL_ETHERNET);
  EXPECT_EQ(talker.announces, 1u);
  EXPECT_EQ(talker.syncs, 1u);
  EXPECT_EQ(talker.multicast, 2u);
  EXPECT_FALSE(talker.own);
  ASSERT_TRUE(talker.announced.has_value());
  EXPECT_EQ(talker.announced->clock_class, 7);
  EXPECT_EQ(talker.announced->priority1, 12);
  EXPECT_TRUE(talker.announced->ptp_timescale);
}

TEST(TrafficCounter, TakesTheTimeOfATwoStepSyncFromItsFollowUp) {
  TrafficCounter counter;
  counter.Add("eth0",
              InFrame(Message(wire::MessageType::kSync, wire::Sync{}, 9, wire::kTwoStep), 1000.0),
              {});
  counter.Add(
      "eth0",
      InFrame(Message(wire::MessageType::kFollowUp, wire::FollowUp{{1037, 500000000}}, 9), 1000.1),
      {});
  // Of another Sync: it means nothing.
  counter.Add("eth0",
              InFrame(Message(wire::MessageType::kFollowUp, wire::FollowUp{{2000, 0}}, 10), 1000.2),
              {});
  const Talker& talker = counter.traffic().talkers[0];
  ASSERT_EQ(talker.samples.size(), 1u);
  EXPECT_NEAR(talker.samples[0].master_minus_kernel_s, 37.5, 1e-6);
  EXPECT_EQ(talker.two_step_syncs, 1u);
  EXPECT_EQ(talker.follow_ups, 2u);
}

TEST(TrafficCounter, AStepOfTheKernelsClockIsNoneOfTheMaster) {
  TrafficCounter counter;
  const auto one_step = [](uint64_t seconds) {
    return Message(wire::MessageType::kSync, wire::Sync{{seconds, 0}}, 1);
  };
  counter.Add("eth0", InFrame(one_step(1000), 1000.0), {10, 990});
  // One second later this host's clock was set back by 400 s.
  counter.Add("eth0", InFrame(one_step(1001), 601.0), {11, 590});
  const auto& samples = counter.traffic().talkers[0].samples;
  ASSERT_EQ(samples.size(), 2u);
  EXPECT_NEAR(samples[0].master_minus_kernel_s, 0, 1e-6);
  EXPECT_NEAR(samples[1].master_minus_kernel_s, 0, 1e-6);
}

TEST(TrafficCounter, CountsTheAnswersThatAreMeantForUs) {
  TrafficCounter counter;
  counter.SetOwn("020000fffe000202/1");
  for (const wire::PortIdentity& asked : {kOwn, kMaster}) {
    counter.Add(
        "eth0",
        InFrame(Message(wire::MessageType::kDelayResp, wire::DelayResp{{1, 0}, asked}, 3), 1), {});
  }
  EXPECT_EQ(counter.traffic().answers_to_us, 1u);
  EXPECT_EQ(counter.traffic().talkers[0].delay_responses, 2u);
}

TEST(TrafficCounter, WhatThisHostSendsIsItsOwn) {
  TrafficCounter counter;
  capture::Frame sent = InFrame(Message(wire::MessageType::kDelayReq, wire::DelayReq{}, 1), 1);
  sent.direction = capture::Direction::kSent;
  counter.Add("eth0", sent, {});
  EXPECT_TRUE(counter.traffic().talkers[0].own);
  EXPECT_EQ(counter.traffic().talkers[0].delay_requests, 1u);
}

TEST(TrafficCounter, AnotherVersionIsToldByItsNumber) {
  TrafficCounter counter;
  capture::Frame frame = InFrame(Message(wire::MessageType::kSync, wire::Sync{}, 1), 1);
  frame.data[15] = 0x01;  // versionPTP
  counter.Add("eth0", frame, {});
  ASSERT_EQ(counter.traffic().talkers.size(), 1u);
  EXPECT_EQ(counter.traffic().talkers[0].version, 1);
}

TEST(TrafficCounter, IsBoundedWhoeverIsMadeUp) {
  TrafficCounter counter;
  for (uint16_t port = 1; port < 2000; ++port) {
    wire::Message message = Message(wire::MessageType::kSync, wire::Sync{}, 1);
    message.header.source.port = port;
    counter.Add("eth0", InFrame(message, 1), {});
  }
  EXPECT_LE(counter.traffic().talkers.size(), 256u);
}

}  // namespace
}  // namespace hostctl::diagnose
