#include "ptpcore/sim/network.h"

#include "gtest/gtest.h"
#include "topology.h"

namespace ptpcore::sim {
namespace {

using protocol::PortState;
using std::chrono::seconds;

protocol::ClockConfig Clock(uint8_t number, uint8_t priority1) {
  protocol::ClockConfig config;
  config.own.clock_identity = {{0, 0, 0, 0, 0, 0, 0, number}};
  config.own.priority1 = priority1;
  return config;
}

protocol::PortConfig OncePerSecond() {
  protocol::PortConfig port;
  port.intervals.log_announce = 0;
  return port;
}

// Three clocks in a row: an ordinary one, a boundary clock, an ordinary one.
class NetworkTest : public ::testing::Test {
 protected:
  NetworkTest() : network_(1) {
    for (uint8_t number = 1; number <= 3; ++number) {
      network_.AddClock(Clock(number, static_cast<uint8_t>(100 + number)));
    }
    for (const size_t clock : {size_t{0}, size_t{1}}) {
      const size_t cable = network_.AddSegment({});
      network_.Attach(clock, cable, OncePerSecond());
      network_.Attach(clock + 1, cable, OncePerSecond());
    }
    for (size_t clock = 0; clock < 3; ++clock) network_.Start(clock);
  }

  PortState State(size_t clock, size_t port = 0) const {
    return network_.clock(clock).port(port).state();
  }

  Network network_;
};

TEST_F(NetworkTest, ClocksAgreeOnTheBestOne) {
  EXPECT_EQ(State(0), PortState::kListening);
  EXPECT_NE(WhatIsNotSettled(network_), "");
  network_.RunFor(seconds(15));
  EXPECT_EQ(WhatIsNotSettled(network_), "") << Describe(network_);
  EXPECT_EQ(State(0), PortState::kMaster);
  EXPECT_EQ(State(1, 0), PortState::kSlave);
  EXPECT_EQ(State(1, 1), PortState::kMaster);
  EXPECT_EQ(State(2), PortState::kSlave);
  EXPECT_EQ(network_.clock(2).data_sets().current.steps_removed, 2);
}

TEST_F(NetworkTest, TheNextBestTakesOverWhenTheBestStops) {
  network_.RunFor(seconds(15));
  network_.Stop(0);
  EXPECT_FALSE(network_.running(0));
  EXPECT_NE(WhatIsNotSettled(network_), "");
  network_.RunFor(seconds(15));
  EXPECT_EQ(WhatIsNotSettled(network_), "") << Describe(network_);
  EXPECT_EQ(State(1, 0), PortState::kMaster);
  network_.Start(0);
  network_.RunFor(seconds(15));
  EXPECT_EQ(WhatIsNotSettled(network_), "") << Describe(network_);
  EXPECT_EQ(State(1, 0), PortState::kSlave);
}

TEST_F(NetworkTest, WhoCannotReachEachOtherHaveAGrandmasterEach) {
  network_.RunFor(seconds(15));
  network_.Stop(1);
  network_.RunFor(seconds(15));
  EXPECT_EQ(WhatIsNotSettled(network_), "") << Describe(network_);
  EXPECT_EQ(State(0), PortState::kMaster);
  EXPECT_EQ(State(2), PortState::kMaster);
}

TEST_F(NetworkTest, WhatIsLostIsNotHeard) {
  SegmentModel deaf;
  deaf.link.loss = 1;
  network_.SetModel(0, deaf);
  network_.SetModel(1, deaf);
  network_.RunFor(seconds(15));
  EXPECT_EQ(network_.delivered(), 0U);
  EXPECT_EQ(State(2), PortState::kMaster);
}

TEST_F(NetworkTest, WhatIsDoubledIsHeardTwice) {
  SegmentModel echo;
  echo.duplication = 1;
  network_.SetModel(0, echo);
  network_.RunFor(seconds(15));
  const auto& counters = network_.clock(1).port(0).counters();
  // A second Announce of the same sequenceId is told from a new one.
  EXPECT_EQ(counters.announce_received, 2 * counters.ignored_announce);
  EXPECT_GT(counters.announce_received, 0U);
}

TEST(NetworkDeterminismTest, TheSameSeedGivesTheSameHistory) {
  const auto history = [](uint64_t seed) {
    Random random(seed);
    Network network(seed);
    TopologyOptions options;
    options.segment.link.queue_ns = 1e6;
    options.segment.link.loss = 0.1;
    BuildRandom(options, random, network);
    for (size_t i = 0; i < network.clocks(); ++i) network.Start(i);
    network.RunFor(seconds(30));
    return std::to_string(network.delivered()) + Describe(network);
  };
  EXPECT_EQ(history(7), history(7));
  EXPECT_NE(history(7), history(8));
}

}  // namespace
}  // namespace ptpcore::sim
