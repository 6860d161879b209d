// How long it takes until enough was seen.
#include "service/diagnose/patience.h"

#include "gtest/gtest.h"
#include "working_host.h"

namespace hostctl::diagnose {
namespace {

// When observing ends, to a quarter of a second.
double EndOf(const Facts& facts) {
  double at = 0;
  while (at < 1000 && GoesOnObserving(facts, at, {})) at += 0.25;
  return at;
}

TEST(Patience, ThreeSecondsAreEnoughWhereAllWorks) {
  EXPECT_EQ(EndOf(WorkingHost()), 3);
}

TEST(Patience, WhatDoesNotComeIsGivenUpAfterSixSeconds) {
  Facts facts = WorkingHost();
  facts.wire.traffic = {};
  ForgetMaster(facts, v1::PORT_REASON_NO_ANNOUNCE);
  EXPECT_GE(EndOf(facts), 6);
  EXPECT_LE(EndOf(facts), 7);
}

TEST(Patience, SlowAnnouncesAreWaitedFor) {
  Facts facts = WorkingHost();
  facts.wire.traffic = {};
  ForgetMaster(facts, v1::PORT_REASON_NO_ANNOUNCE);
  facts.protocol.set_log_announce_interval(3);
  EXPECT_GE(EndOf(facts), 24);
}

TEST(Patience, AClockThatSettlesIsGivenTime) {
  Facts facts = WorkingHost();
  facts.after->set_clock_state(v1::CLOCK_STATE_ACQUIRING);
  EXPECT_EQ(EndOf(facts), 40);
}

TEST(Patience, AClockThatHasNoChanceToSettleIsNot) {
  for (const double off : {37.0, 0.2}) {
    Facts facts = WorkingHost();
    facts.after->set_clock_state(v1::CLOCK_STATE_ACQUIRING);
    auto& samples = facts.wire.traffic.talkers[0].samples;
    // 37 s from the beginning on, or a jump in between.
    for (size_t i = off > 1 ? 0 : 3; i < samples.size(); ++i) {
      samples[i].master_minus_kernel_s += off;
    }
    EXPECT_LE(EndOf(facts), 7);
  }
}

TEST(Patience, AFirstAnswerIsWaitedForALittleLonger) {
  Facts facts = WorkingHost();
  facts.after->mutable_messages()->set_delay_req_sent(101);
  facts.after->mutable_messages()->set_delay_resp_received(100);
  facts.after->set_clock_state(v1::CLOCK_STATE_ACQUIRING);
  EXPECT_EQ(EndOf(facts), 10);
}

TEST(Patience, AMasterNeedsToSeeNothing) {
  Facts facts = WorkingHost();
  facts.after->set_port_state(v1::PORT_STATE_MASTER);
  facts.wire.traffic = {};
  EXPECT_EQ(EndOf(facts), 3);
}

}  // namespace
}  // namespace hostctl::diagnose
