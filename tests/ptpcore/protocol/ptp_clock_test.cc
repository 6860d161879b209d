#include "ptpcore/protocol/ptp_clock.h"

#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptp_network.h"
#include "ptpcore/protocol/path_trace.h"

namespace ptpcore::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr wire::ClockIdentity kA = kMasterA;
constexpr wire::ClockIdentity kB = kMasterB;

ClockConfig Auto(const wire::ClockIdentity& identity, uint8_t priority1 = 128) {
  ClockConfig config;
  config.own.clock_identity = identity;
  config.own.priority1 = priority1;
  return config;
}
ClockConfig Client(const wire::ClockIdentity& identity) {
  ClockConfig config = Auto(identity);
  config.own.slave_only = true;
  return config;
}
PortConfig MasterOnly() {
  PortConfig config;
  config.master_only = true;
  return config;
}

class PtpClockTest : public ::testing::Test {
 protected:
  using Node = PtpNetwork::Node;
  PtpNetwork network_;
};

TEST_F(PtpClockTest, AServerAndAClient) {
  Node& server = network_.Add(Auto(kA), {0}, MasterOnly());
  Node& client = network_.Add(Client(kUs), {0});
  client.error_ns = 5'000;
  network_.Run(seconds(30));

  EXPECT_EQ(server.state(), PortState::kMaster);
  EXPECT_EQ(server.why(network_.Now()).reason, Reason::kNone);
  ASSERT_EQ(client.state(), PortState::kUncalibrated);
  EXPECT_EQ(client.why(network_.Now()).reason, Reason::kCalibrating);
  network_.Calibrate(client);
  EXPECT_EQ(client.state(), PortState::kSlave);
  EXPECT_EQ(client.why(network_.Now()).reason, Reason::kNone);
  EXPECT_EQ(client.parent()->port, (wire::PortIdentity{kA, 1}));

  ASSERT_GT(client.syncs.size(), 15U);
  EXPECT_EQ(client.syncs.back().t2.ns - client.syncs.back().t1_utc_ns,
            PtpNetwork::kTravelNs + 5'000);
  ASSERT_GT(client.delays.size(), 10U);
  EXPECT_EQ(client.delays.back().t4_utc_ns - client.delays.back().t3.ns,
            PtpNetwork::kTravelNs - 5'000);

  EXPECT_EQ(client.sets().parent.grandmaster, kA);
  EXPECT_EQ(client.sets().current.steps_removed, 1);
  EXPECT_TRUE(server.sets().IsGrandmaster());
  EXPECT_EQ(server.sets().current.steps_removed, 0);
}

TEST_F(PtpClockTest, AServerInThePtpTimescaleSendsTaiAndItsClientTakesItOff) {
  ClockConfig config = Auto(kA);
  config.time_properties.ptp_timescale = true;
  config.time_properties.utc_offset_s = 37;
  config.time_properties.utc_offset_valid = true;
  config.time_properties.time_source = 0x20;
  int64_t origin_s = 0;
  network_.tap = [&](const PtpNetwork::Flight& flight) {
    const wire::Message message = flight.Decoded();
    if (const auto* follow_up = std::get_if<wire::FollowUp>(&message.body)) {
      origin_s = static_cast<int64_t>(follow_up->precise_origin.seconds);
    }
  };
  network_.Add(config, {0}, MasterOnly());
  Node& client = network_.Add(Client(kUs), {0});
  network_.Run(seconds(30));
  EXPECT_NEAR(static_cast<double>(origin_s - PtpNetwork::kStartUtcNs / kSecond), 37 + 30, 1.5);
  ASSERT_FALSE(client.syncs.empty());
  EXPECT_EQ(client.syncs.back().t2.ns - client.syncs.back().t1_utc_ns, PtpNetwork::kTravelNs);
  EXPECT_EQ(client.delays.back().t4_utc_ns - client.delays.back().t3.ns, PtpNetwork::kTravelNs);
  EXPECT_TRUE(client.sets().time_properties.ptp_timescale);
  EXPECT_EQ(client.sets().time_properties.time_source, 0x20);
}

TEST_F(PtpClockTest, MessagesLeaveAtTheirIntervalsAndWithTheirSequence) {
  PortConfig port = MasterOnly();
  port.intervals.log_announce = 0;
  port.intervals.log_sync = -3;
  std::map<wire::MessageType, std::vector<uint16_t>> sequences;
  std::map<wire::MessageType, int> log_intervals;
  network_.tap = [&](const PtpNetwork::Flight& flight) {
    const wire::Header header = flight.Decoded().header;
    sequences[header.type].push_back(header.sequence_id);
    log_intervals[header.type] = header.log_message_interval;
  };
  Node& server = network_.Add(Auto(kA), {0}, port);
  network_.Run(seconds(60));
  ASSERT_EQ(server.state(), PortState::kMaster);
  const auto since = sequences;
  network_.Run(seconds(10));
  const auto sent = [&](wire::MessageType type) {
    return sequences[type].size() - since.at(type).size();
  };
  EXPECT_EQ(sent(wire::MessageType::kAnnounce), 10U);
  EXPECT_EQ(sent(wire::MessageType::kSync), 80U);
  EXPECT_EQ(sent(wire::MessageType::kFollowUp), 80U);
  EXPECT_EQ(log_intervals[wire::MessageType::kAnnounce], 0);
  EXPECT_EQ(log_intervals[wire::MessageType::kSync], -3);
  for (const auto& [type, ids] : sequences) {
    for (size_t i = 1; i < ids.size(); ++i) EXPECT_EQ(ids[i], ids[i - 1] + 1);
  }
  EXPECT_EQ(server.clock->port(0).counters().sync_sent, sequences[wire::MessageType::kSync].size());
}

TEST_F(PtpClockTest, OfTwoThatMayBeAnythingTheBetterBecomesMaster) {
  Node& worse = network_.Add(Auto(kA, 200), {0});
  Node& better = network_.Add(Auto(kB, 100), {0});
  network_.Run(seconds(60));
  EXPECT_EQ(better.state(), PortState::kMaster);
  EXPECT_EQ(worse.state(), PortState::kUncalibrated);
  EXPECT_EQ(worse.parent()->port.clock, kB);
  EXPECT_EQ(worse.sets().parent.grandmaster_priority1, 100);
}

TEST_F(PtpClockTest, ABetterOneThatJoinsTakesOverAndWhenItLeavesTheOtherIsMasterAgain) {
  Node& first = network_.Add(Auto(kB, 200), {0});
  network_.Run(seconds(30));
  EXPECT_EQ(first.state(), PortState::kMaster);
  Node& better = network_.Add(Auto(kA, 100), {0});
  network_.Run(seconds(30));
  EXPECT_EQ(first.state(), PortState::kUncalibrated);
  EXPECT_EQ(better.state(), PortState::kMaster);
  network_.Fail(better, 0);
  network_.Run(seconds(30));
  EXPECT_EQ(first.state(), PortState::kMaster);
  EXPECT_TRUE(first.sets().IsGrandmaster());
  EXPECT_EQ(first.sets().current.steps_removed, 0);
  network_.Repair(better, 0);
  network_.Run(seconds(30));
  EXPECT_EQ(first.state(), PortState::kUncalibrated);
}

TEST_F(PtpClockTest, AloneItWaitsForItsTimeOutAndThenIsMaster) {
  Node& node = network_.Add(Auto(kA), {0});
  // Three announce intervals of 2 s, and up to one more.
  network_.Run(milliseconds(5'999));
  EXPECT_EQ(node.state(), PortState::kListening);
  network_.Run(milliseconds(2'002));
  EXPECT_EQ(node.state(), PortState::kMaster);
  ASSERT_EQ(node.states.size(), 3U);
  EXPECT_EQ(node.states[1].to, PortState::kPreMaster);
  EXPECT_THAT(node.states[2].reason, HasSubstr("our own clock is the best"));
}

TEST_F(PtpClockTest, AClockThatNeverBecomesAClientIsPassiveBesideABetterOne) {
  network_.Add(Auto(kA, 100), {0});
  ClockConfig config = Auto(kB, 200);
  config.own.quality.clock_class = 6;
  Node& passive = network_.Add(config, {0});
  network_.Run(seconds(60));
  EXPECT_EQ(passive.state(), PortState::kPassive);
  EXPECT_EQ(passive.why(network_.Now()).reason, Reason::kBetterMaster);
  EXPECT_THAT(passive.why(network_.Now()).sentence, HasSubstr("020000fffe00000a/1"));
}

class BoundaryClockTest : public PtpClockTest {
 protected:
  // grandmaster -- segment 0 -- boundary clock -- segment 1 -- client
  void SetUp() override {
    ClockConfig config = Auto(kA, 100);
    config.time_properties.ptp_timescale = true;
    config.time_properties.leap61 = true;
    config.time_properties.utc_offset_valid = true;
    config.time_properties.time_traceable = true;
    grandmaster_ = &network_.Add(config, {0});
    ClockConfig boundary = Auto(kUs);
    boundary.path_trace = true;
    boundary_ = &network_.Add(boundary, {0, 1});
    client_ = &network_.Add(Client(kB), {1});
  }

  Node* grandmaster_ = nullptr;
  Node* boundary_ = nullptr;
  Node* client_ = nullptr;
};

TEST_F(BoundaryClockTest, TakesTimeOnOnePortAndGivesItOnTheOther) {
  network_.Run(seconds(60));
  EXPECT_EQ(boundary_->state(0), PortState::kUncalibrated);
  EXPECT_EQ(boundary_->state(1), PortState::kMaster);
  EXPECT_THAT(boundary_->why(network_.Now(), 1).sentence, HasSubstr("passes on"));
  EXPECT_EQ(client_->parent()->port, (wire::PortIdentity{kUs, 2}));
  EXPECT_EQ(client_->sets().parent.grandmaster, kA);
  EXPECT_EQ(client_->sets().parent.grandmaster_priority1, 100);
  EXPECT_EQ(boundary_->sets().current.steps_removed, 1);
  EXPECT_EQ(client_->sets().current.steps_removed, 2);
  EXPECT_EQ(client_->syncs.back().t2.ns - client_->syncs.back().t1_utc_ns, PtpNetwork::kTravelNs);
}

TEST_F(BoundaryClockTest, PassesTimePropertiesOnAndAppendsItselfToThePath) {
  std::vector<wire::ClockIdentity> path;
  network_.tap = [&](const PtpNetwork::Flight& flight) {
    const wire::Message message = flight.Decoded();
    if (flight.segment != 1 || message.header.type != wire::MessageType::kAnnounce) return;
    const wire::PathTrace trace = PathTraceFrom(message.tlvs);
    path.assign(trace.path.begin(), trace.path.end());
  };
  network_.Run(seconds(60));
  EXPECT_TRUE(client_->sets().time_properties.leap61);
  EXPECT_TRUE(client_->sets().time_properties.time_traceable);
  EXPECT_TRUE(client_->sets().time_properties.ptp_timescale);
  // The grandmaster sends no path trace.
  EXPECT_THAT(path, ElementsAre(kUs));
}

// M3: one announce interval, and one more for the step to the grandmaster (9.2.6.11).
TEST_F(PtpClockTest, ABoundaryClockStaysPreMasterUntilChangesAboveHaveSettled) {
  network_.Add(Auto(kA, 100), {0});
  network_.Run(seconds(30));
  Node& boundary = network_.Add(Auto(kUs), {0, 1});
  while (boundary.state(1) == PortState::kListening) network_.Run(milliseconds(1));
  EXPECT_EQ(boundary.state(1), PortState::kPreMaster);
  EXPECT_EQ(boundary.why(network_.Now(), 1).reason, Reason::kQualifyingAsMaster);
  network_.Run(milliseconds(3'990));
  EXPECT_EQ(boundary.state(1), PortState::kPreMaster);
  network_.Run(milliseconds(20));
  EXPECT_EQ(boundary.state(1), PortState::kMaster);
  EXPECT_EQ(boundary.why(network_.Now(), 1).reason, Reason::kNone);
}

TEST_F(BoundaryClockTest, WhenTheGrandmasterGoesItIsGrandmasterItself) {
  network_.Run(seconds(60));
  network_.Fail(*grandmaster_, 0);
  network_.Run(seconds(30));
  EXPECT_EQ(boundary_->state(0), PortState::kMaster);
  EXPECT_EQ(boundary_->state(1), PortState::kMaster);
  EXPECT_EQ(client_->sets().parent.grandmaster, kUs);
  EXPECT_EQ(client_->sets().current.steps_removed, 1);
  EXPECT_FALSE(client_->sets().time_properties.leap61);
}

TEST_F(BoundaryClockTest, ASecondWayToTheSameGrandmasterIsPassive) {
  // Two boundary clocks side by side between segments 0 and 1.
  Node& other = network_.Add(Auto(kB), {0, 1});
  network_.Run(seconds(90));
  EXPECT_EQ(boundary_->state(0), PortState::kUncalibrated);
  EXPECT_EQ(other.state(0), PortState::kUncalibrated);
  // The identity that is smaller gives time on segment 1: kB.
  EXPECT_EQ(other.state(1), PortState::kMaster);
  EXPECT_EQ(boundary_->state(1), PortState::kPassive);
  EXPECT_EQ(boundary_->why(network_.Now(), 1).reason, Reason::kBetterMaster);
}

TEST_F(PtpClockTest, WhenTheBestMasterIsLostTheOtherPortTakesOver) {
  Node& best = network_.Add(Auto(kA, 100), {0});
  network_.Add(Auto(kB, 110), {1});
  Node& boundary = network_.Add(Auto(kUs), {0, 1});
  network_.Run(seconds(60));
  EXPECT_EQ(boundary.clock->slave_port(), 0U);
  EXPECT_EQ(boundary.state(1), PortState::kMaster);  // and the one of eth1 follows it
  network_.Fail(best, 0);
  network_.Run(seconds(60));
  EXPECT_EQ(boundary.clock->slave_port(), 1U);
  EXPECT_EQ(boundary.state(0), PortState::kMaster);
  EXPECT_EQ(boundary.parent(1)->port.clock, kB);
}

TEST_F(PtpClockTest, OurOwnQualityMayChangeWhileWeRun) {
  Node& a = network_.Add(Auto(kA, 100), {0});
  Node& b = network_.Add(Auto(kB, 110), {0});
  network_.Run(seconds(60));
  ASSERT_EQ(a.state(), PortState::kMaster);
  DefaultDataSet own = a.sets().own;
  own.priority1 = 120;
  a.clock->SetOwn(own, a.sets().time_properties, network_.Now());
  network_.Run(seconds(30));
  EXPECT_EQ(a.state(), PortState::kUncalibrated);
  EXPECT_EQ(b.state(), PortState::kMaster);
  EXPECT_EQ(a.sets().own.number_ports, 1);
}

TEST_F(PtpClockTest, SyncWithoutTransmitTimestampsIsCountedAndSaid) {
  Node& server = network_.Add(Auto(kA), {0}, MasterOnly());
  Node& client = network_.Add(Client(kUs), {0});
  server.stamps_transmissions = false;
  network_.Run(seconds(30));
  EXPECT_EQ(server.why(network_.Now()).reason, Reason::kNoTimestamps);
  EXPECT_GT(server.clock->port(0).counters().lost_transmit_timestamps, 15U);
  EXPECT_EQ(server.clock->port(0).counters().follow_up_sent, 0U);
  EXPECT_EQ(client.why(network_.Now()).reason, Reason::kNoFollowUp);
}

TEST_F(PtpClockTest, WhoIsHeardFirstAndTwiceIsTheMasterOfAClientThatListens) {
  Node& client = network_.Add(Client(kUs), {0});
  network_.Run(seconds(3));
  EXPECT_EQ(client.why(network_.Now()).reason, Reason::kNoAnnounce);
  network_.Add(Auto(kA), {0}, MasterOnly());
  while (client.why(network_.Now()).reason == Reason::kNoAnnounce) network_.Run(seconds(1));
  EXPECT_EQ(client.why(network_.Now()).reason, Reason::kNotQualified);
  network_.Run(seconds(2));
  EXPECT_EQ(client.state(), PortState::kUncalibrated);
}

}  // namespace
}  // namespace ptpcore::protocol
