// A master whose neighbour asks for other intervals (IEEE 802.1AS-2020 10.6.4.3).
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "messages.h"
#include "one_port.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_8021as.h"

namespace ptpcore::protocol {
namespace {

using wire::MessageType;

class IntervalRequestTest : public ::testing::Test {
 protected:
  static OnePort Clock(bool gptp) {
    ClockConfig clock;
    clock.own.clock_identity = kUs;
    PortConfig port;
    port.gptp = gptp;
    port.master_only = true;
    port.intervals.log_announce = 0;
    return {clock, port};
  }

  // Lives on for so long, and counts what is sent.
  int Sent(OnePort& clock, MessageType type, Duration duration) {
    int count = 0;
    const MonoTime end = now_ + duration;
    while (clock.NextDeadline() <= end) {
      now_ = std::max(now_, clock.NextDeadline());
      for (const Action& action : clock.HandleTimers(now_)) {
        const auto* event = std::get_if<SendEvent>(&action);
        const auto* general = std::get_if<SendGeneral>(&action);
        const wire::Message* message = event != nullptr     ? &event->message
                                       : general != nullptr ? &general->message
                                                            : nullptr;
        if (message != nullptr && message->header.type == type) ++count;
      }
    }
    now_ = end;
    return count;
  }

  void Ask(OnePort& clock, const wire::MessageIntervalRequest& request) {
    TlvOctets tlvs;
    wire::AppendTlv(request, tlvs);
    wire::Message message;
    message.header.type = MessageType::kSignaling;
    message.header.source = {kMasterB, 1};
    message.body = wire::Signaling{kAnyPort};
    message.tlvs = tlvs;
    clock.Handle({message, AddressOf(2), std::nullopt}, now_);
  }

  MonoTime now_ = At(seconds(1));
};

TEST_F(IntervalRequestTest, TheNeighboursIntervalHoldsAtOnce) {
  OnePort clock = Clock(true);
  clock.Initialized(now_);
  Sent(clock, MessageType::kSync, seconds(20));
  ASSERT_EQ(clock.state(), PortState::kMaster);
  EXPECT_EQ(Sent(clock, MessageType::kSync, seconds(10)), 10);
  wire::MessageIntervalRequest faster;
  faster.log_time_sync_interval = -3;
  Ask(clock, faster);
  EXPECT_NEAR(Sent(clock, MessageType::kSync, seconds(10)), 80, 1);
  EXPECT_EQ(clock.port().master_side().intervals().log_sync, -3);
  EXPECT_EQ(clock.port().master_side().intervals().log_announce, 0) << "keeps the others";
}

TEST_F(IntervalRequestTest, StopsAndResumes) {
  OnePort clock = Clock(true);
  clock.Initialized(now_);
  Sent(clock, MessageType::kSync, seconds(20));
  wire::MessageIntervalRequest request;
  request.log_announce_interval = wire::kStopMessages;
  Ask(clock, request);
  EXPECT_EQ(Sent(clock, MessageType::kAnnounce, seconds(10)), 0);
  EXPECT_EQ(Sent(clock, MessageType::kSync, seconds(10)), 10);
  request.log_announce_interval = wire::kInitialInterval;
  Ask(clock, request);
  EXPECT_NEAR(Sent(clock, MessageType::kAnnounce, seconds(10)), 10, 1);
}

TEST_F(IntervalRequestTest, WhatIsOutOfRangeChangesNothing) {
  OnePort clock = Clock(true);
  clock.Initialized(now_);
  Sent(clock, MessageType::kSync, seconds(20));
  wire::MessageIntervalRequest absurd;
  absurd.log_time_sync_interval = -24;
  absurd.log_announce_interval = 24;
  Ask(clock, absurd);
  EXPECT_EQ(Sent(clock, MessageType::kSync, seconds(10)), 10);
}

TEST_F(IntervalRequestTest, OnlyIeee8021AsKnowsSuchRequests) {
  OnePort clock = Clock(false);
  clock.Initialized(now_);
  Sent(clock, MessageType::kSync, seconds(20));
  wire::MessageIntervalRequest faster;
  faster.log_time_sync_interval = -3;
  Ask(clock, faster);
  EXPECT_EQ(Sent(clock, MessageType::kSync, seconds(10)), 10);
}

}  // namespace
}  // namespace ptpcore::protocol
