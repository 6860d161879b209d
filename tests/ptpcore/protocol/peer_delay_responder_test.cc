#include "ptpcore/protocol/peer_delay_responder.h"

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

constexpr wire::PortIdentity kA{kMasterA, 1};
constexpr wire::PortIdentity kB{kMasterB, 1};

TEST(PeerDelayResponderTest, TheFollowUpLeavesWhenTheResponseWasTimed) {
  PeerDelayResponder responder;
  responder.OnRequest(kA, 7, {1 << 16});
  const auto answer = responder.OnTransmitTimestamp(kA, 7, {4'000});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->requester, kA);
  EXPECT_EQ(answer->sequence_id, 7);
  EXPECT_EQ(answer->correction.scaled_ns, 1 << 16);
  EXPECT_EQ(answer->t3.ns, 4'000);
  // Once.
  EXPECT_FALSE(responder.OnTransmitTimestamp(kA, 7, {4'000}));
}

TEST(PeerDelayResponderTest, SeveralMayAskAtOnce) {
  PeerDelayResponder responder;
  responder.OnRequest(kA, 7, {1});
  responder.OnRequest(kB, 7, {2});
  responder.OnRequest(kA, 8, {3});
  EXPECT_EQ(responder.OnTransmitTimestamp(kB, 7, {10})->correction.scaled_ns, 2);
  EXPECT_EQ(responder.OnTransmitTimestamp(kA, 8, {11})->correction.scaled_ns, 3);
  EXPECT_EQ(responder.OnTransmitTimestamp(kA, 7, {12})->correction.scaled_ns, 1);
}

TEST(PeerDelayResponderTest, AStormOfRequestsCostsNoMemoryButLosesTheOldest) {
  PeerDelayResponder responder;
  for (uint16_t id = 0; id < 10'000; ++id) responder.OnRequest(kA, id, {});
  EXPECT_EQ(responder.lost_transmit_timestamps(), 9'996U);
  EXPECT_FALSE(responder.OnTransmitTimestamp(kA, 9'995, {1}));
  EXPECT_TRUE(responder.OnTransmitTimestamp(kA, 9'996, {1}));
  EXPECT_TRUE(responder.OnTransmitTimestamp(kA, 9'999, {1}));
}

TEST(PeerDelayResponderTest, AfterAStepOfTheClockNothingIsToldOfTheTimeBefore) {
  PeerDelayResponder responder;
  responder.OnRequest(kA, 7, {});
  responder.Abandon();
  EXPECT_FALSE(responder.OnTransmitTimestamp(kA, 7, {1}));
  EXPECT_EQ(responder.lost_transmit_timestamps(), 0U);
}

}  // namespace
}  // namespace ptpcore::protocol
