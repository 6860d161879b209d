#include "ptpcore/protocol/peer_link.h"

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

constexpr int64_t kLink = 700;
constexpr int64_t kTurnaround = 1'000'000;

// A port with its clock, which shows `offset_ns` more than the truth and runs fast.
struct End {
  End(const wire::ClockIdentity& identity, bool gptp, int64_t offset, double fast_ppm)
      : sender{{identity, 1},
               0,
               static_cast<uint16_t>(gptp ? 0x100 : 0),
               wire::kMinorVersionPtp,
               gptp},
        link(sender, {}, counters),
        offset_ns(offset),
        ppm(fast_ppm) {}

  LocalTime Clock(int64_t true_ns) const {
    return {true_ns + offset_ns + std::llround(static_cast<double>(true_ns) * ppm * 1e-6)};
  }

  Sender sender;
  PortCounters counters;
  PeerLink link;
  int64_t offset_ns;
  double ppm;
  bool stamps_transmitted = true;
  bool stamps_received = true;
  bool stamps_only_minor_version_0 = false;
  bool deaf = false;
  bool mute = false;
  std::vector<PeerDelayMeasured> measured;
  std::vector<wire::Message> sent;
};

// Two ports and a cable.
class Cable {
 public:
  explicit Cable(bool gptp = false, int64_t link_ns = kLink)
      : a(kUs, gptp, 0, 0), b(kMasterA, gptp, 37 * kSecond, 40), link_ns_(link_ns) {}

  // `count` requests of each, one a second.
  void Run(int count) {
    for (int i = 0; i < count; ++i) {
      now_ns_ += kSecond;
      const MonoTime now{Duration(now_ns_)};
      if (!a.link.peer_delay().running()) a.link.Start(now);
      if (!b.link.peer_delay().running()) b.link.Start(now);
      Actions actions;
      a.link.HandleTimers(now, actions);
      Perform(a, b, actions, now_ns_);
      Actions others;
      b.link.HandleTimers(now, others);
      Perform(b, a, others, now_ns_ + kSecond / 2);
    }
  }

  void Perform(End& from, End& to, const Actions& actions, int64_t at_ns) {
    for (const Action& action : actions) {
      if (const auto* measured = std::get_if<PeerDelayMeasured>(&action)) {
        from.measured.push_back(*measured);
      } else if (const auto* event = std::get_if<SendEvent>(&action)) {
        Deliver(from, to, event->message, at_ns);
        if (!from.stamps_transmitted) continue;
        if (from.stamps_only_minor_version_0 && event->message.header.minor_version > 0) continue;
        Actions more;
        from.link.OnTransmitted(event->message, from.Clock(at_ns), more);
        Perform(from, to, more, at_ns);
      } else if (const auto* general = std::get_if<SendGeneral>(&action)) {
        Deliver(from, to, general->message, at_ns);
      }
    }
  }

  void Deliver(End& from, End& to, const wire::Message& message, int64_t at_ns) {
    from.sent.push_back(message);
    if (to.deaf || from.mute) return;
    const int64_t arrival_ns = at_ns + link_ns_;
    Received received{message, AddressOf(1), std::nullopt};
    if (to.stamps_received) received.timestamp = to.Clock(arrival_ns);
    Actions actions;
    switch (message.header.type) {
      case wire::MessageType::kPdelayReq:
        to.link.OnPdelayReq(received, actions);
        return Perform(to, from, actions, arrival_ns + kTurnaround);
      case wire::MessageType::kPdelayResp:
        to.link.OnPdelayResp(received, actions);
        break;
      default:
        to.link.OnPdelayRespFollowUp(received, actions);
    }
    Perform(to, from, actions, arrival_ns);
  }

  End a;
  End b;

 private:
  int64_t link_ns_;
  int64_t now_ns_ = 1'000 * kSecond;
};

constexpr bool kGptp = true;

TEST(PeerLinkTest, TwoPortsMeasureTheLinkBetweenThem) {
  Cable cable;
  cable.Run(20);
  for (const End* end : {&cable.a, &cable.b}) {
    EXPECT_NEAR(*end->link.mean_link_delay_ns(), kLink, 1);
    EXPECT_FALSE(end->link.Trouble());
    EXPECT_EQ(end->counters.pdelay_req_sent, 20U);
    EXPECT_EQ(end->counters.pdelay_req_received, 20U);
    EXPECT_EQ(end->counters.pdelay_resp_sent, 20U);
    EXPECT_EQ(end->counters.pdelay_resp_received, 20U);
    EXPECT_EQ(end->counters.pdelay_resp_follow_up_sent, 20U);
    EXPECT_EQ(end->counters.pdelay_resp_follow_up_received, 20U);
    EXPECT_EQ(end->link.peer_delay().counters().unanswered, 0U);
  }
  // The turnaround of 1 ms, by a clock that is 40 ppm fast, would be 20 ns too much.
  EXPECT_NEAR((*cable.a.link.neighbor_rate_ratio() - 1) * 1e6, 40, 0.01);
  EXPECT_NEAR((*cable.b.link.neighbor_rate_ratio() - 1) * 1e6, -40, 0.01);
}

TEST(PeerLinkTest, ToldForEachExchange) {
  Cable cable;
  cable.Run(5);
  ASSERT_EQ(cable.a.measured.size(), 5U);
  const PeerDelayMeasured& last = cable.a.measured.back();
  EXPECT_EQ(last.exchange.responder, (wire::PortIdentity{kMasterA, 1}));
  EXPECT_NEAR(last.exchange.mean_link_delay_ns(last.rate_ratio), kLink, 1);
}

TEST(PeerLinkTest, SpeaksAsTheStandardLaysDown) {
  Cable cable;
  cable.Run(1);
  ASSERT_EQ(cable.a.sent.size(), 3U);
  const wire::Header& request = cable.a.sent[0].header;
  EXPECT_EQ(request.type, wire::MessageType::kPdelayReq);
  EXPECT_EQ(request.log_message_interval, 0x7F);
  EXPECT_EQ(request.control, 5);
  EXPECT_EQ(request.flags, 0);
  // Its answers to the other's request.
  const wire::Message& response = cable.a.sent[1];
  EXPECT_EQ(response.header.type, wire::MessageType::kPdelayResp);
  EXPECT_EQ(response.header.flags, wire::kTwoStep);
  EXPECT_EQ(response.header.log_message_interval, 0x7F);
  const auto& body = std::get<wire::PdelayResp>(response.body);
  EXPECT_EQ(body.requesting_port, (wire::PortIdentity{kMasterA, 1}));
  const wire::Message& follow_up = cable.a.sent[2];
  EXPECT_EQ(follow_up.header.type, wire::MessageType::kPdelayRespFollowUp);
  EXPECT_EQ(follow_up.header.sequence_id, response.header.sequence_id);
  EXPECT_EQ(
      *wire::ToNanoseconds(std::get<wire::PdelayRespFollowUp>(follow_up.body).response_origin) -
          *wire::ToNanoseconds(body.request_receipt),
      kTurnaround);
}

// 11.4.2: what was in the request's correctionField comes back in the follow-up.
TEST(PeerLinkTest, GivesTheRequestsCorrectionBack) {
  Cable cable;
  cable.Run(1);
  wire::Message request = cable.b.sender.Message(wire::MessageType::kPdelayReq, 77);
  request.header.correction = {123 << 16};
  Actions actions;
  cable.a.link.OnPdelayReq({request, AddressOf(1), LocalTime{5'000}}, actions);
  const auto response = std::get<SendEvent>(actions.at(0)).message;
  EXPECT_EQ(response.header.correction.scaled_ns, 0);
  actions.clear();
  cable.a.link.OnTransmitted(response, {6'000}, actions);
  EXPECT_EQ(std::get<SendGeneral>(actions.at(0)).message.header.correction.scaled_ns, 123 << 16);
}

TEST(PeerLinkTest, WithGptpItStatesItsIntervalAndIsCapableAfterAFewExchanges) {
  Cable cable(kGptp);
  cable.Run(2);
  EXPECT_EQ(cable.a.link.as_capable(), false);
  EXPECT_FALSE(cable.a.link.usable());
  EXPECT_EQ(cable.a.link.Trouble()->reason, Reason::kNotAsCapable);
  EXPECT_EQ(cable.a.link.Trouble()->sentence,
            "not asCapable: the pace of the neighbour's clock is not known yet");
  cable.Run(2);
  EXPECT_EQ(cable.a.link.as_capable(), true);
  EXPECT_TRUE(cable.a.link.usable());
  EXPECT_FALSE(cable.a.link.Trouble());
  EXPECT_EQ(cable.a.sent[0].header.log_message_interval, 0);
  EXPECT_EQ(cable.a.sent[0].header.major_sdo_id, 1);
}

TEST(PeerLinkTest, WithGptpALongLinkIsNotUsed) {
  Cable cable(kGptp, 2'000);
  cable.Run(5);
  EXPECT_EQ(cable.a.link.as_capable(), false);
  EXPECT_EQ(cable.a.link.Trouble()->sentence,
            "not asCapable: the link takes 2000 ns, and 800 ns are allowed");
}

TEST(PeerLinkTest, WithoutGptpAnyLinkIsUsed) {
  Cable cable(false, 2'000'000);
  cable.Run(5);
  EXPECT_EQ(cable.a.link.as_capable(), std::nullopt);
  EXPECT_TRUE(cable.a.link.usable());
  // In the time of the neighbour, which is 40 ppm fast.
  EXPECT_NEAR(*cable.a.link.mean_link_delay_ns(), 2'000'080, 1);
}

TEST(PeerLinkTest, ANeighborThatIsSilentIsNamedAsTheTrouble) {
  Cable cable(kGptp);
  cable.Run(5);
  cable.b.deaf = true;
  cable.Run(5);
  EXPECT_EQ(cable.a.link.Trouble()->reason, Reason::kNoPdelayResp);
  EXPECT_TRUE(cable.a.link.usable());  // nine are forgiven
  cable.Run(7);
  EXPECT_FALSE(cable.a.link.usable());
  EXPECT_EQ(cable.a.link.peer_delay().counters().unanswered, 11U);
  cable.b.deaf = false;
  cable.Run(2);
  EXPECT_TRUE(cable.a.link.usable());
  EXPECT_FALSE(cable.a.link.Trouble());
}

TEST(PeerLinkTest, MissingTimestampsAreNamedAsTheTrouble) {
  Cable sending;
  sending.a.stamps_transmitted = false;
  sending.Run(6);
  EXPECT_EQ(sending.a.link.Trouble()->reason, Reason::kNoTimestamps);
  EXPECT_FALSE(sending.a.link.mean_link_delay_ns());
  // It answers, but cannot say when.
  EXPECT_EQ(sending.b.link.Trouble()->reason, Reason::kNoPdelayResp);

  Cable receiving;
  receiving.a.stamps_received = false;
  receiving.Run(6);
  EXPECT_EQ(receiving.a.link.Trouble()->reason, Reason::kNoTimestamps);
  EXPECT_EQ(receiving.a.counters.missing_receive_timestamps, 12U);
}

// As devices do that take the octet with the version as a whole.
TEST(PeerLinkTest, WhereVersion21IsNotStampedVersion20Is) {
  Cable cable;
  cable.a.stamps_only_minor_version_0 = true;
  cable.Run(8);
  EXPECT_TRUE(cable.a.link.minor_version().fell_back());
  EXPECT_NEAR(*cable.a.link.mean_link_delay_ns(), kLink, 25);
  // The other's requests, too, are answered only since then.
  EXPECT_NEAR(*cable.b.link.mean_link_delay_ns(), kLink, 25);
}

TEST(PeerLinkTest, ANeighborThatIsNotThereSaysNothingOfVersions) {
  Cable cable;
  cable.b.deaf = true;
  cable.b.link.Stop();
  cable.b.mute = true;
  cable.Run(20);
  EXPECT_EQ(cable.a.sent.back().header.minor_version, 1);
}

TEST(PeerLinkTest, TheAnswerToAnotherPortIsNotOurs) {
  Cable cable;
  cable.Run(1);
  wire::Message response = cable.b.sender.Message(wire::MessageType::kPdelayResp, 1);
  response.body = wire::PdelayResp{{1, 0}, {kMasterB, 1}};
  Actions actions;
  cable.a.link.OnPdelayResp({response, AddressOf(1), LocalTime{5'000}}, actions);
  EXPECT_TRUE(actions.empty());
  EXPECT_EQ(cable.a.counters.pdelay_resp_received, 1U);
  EXPECT_EQ(cable.a.link.peer_delay().counters().multiple_responses, 0U);
}

TEST(PeerLinkTest, AStepOfOurClockSpoilsNothing) {
  Cable cable;
  cable.Run(20);
  cable.a.offset_ns += 5 * kSecond;
  cable.a.link.ClockStepped();
  cable.Run(20);
  EXPECT_NEAR(*cable.a.link.mean_link_delay_ns(), kLink, 1);
  EXPECT_NEAR((*cable.a.link.neighbor_rate_ratio() - 1) * 1e6, 40, 0.01);
  EXPECT_EQ(cable.a.link.peer_delay().counters().implausible, 0U);
}

TEST(PeerLinkTest, AnotherNeighborIsLearnedAnew) {
  Cable cable(kGptp);
  cable.Run(20);
  cable.b.sender.port.clock = kMasterB;
  cable.Run(1);
  EXPECT_FALSE(cable.a.link.neighbor_rate_ratio());
  EXPECT_EQ(cable.a.link.as_capable(), false);
  cable.Run(3);
  EXPECT_EQ(cable.a.link.as_capable(), true);
}

TEST(PeerLinkTest, WhenTheNetworkIsBackItStartsOver) {
  Cable cable;
  cable.Run(5);
  cable.a.link.Stop();
  EXPECT_EQ(cable.a.link.NextDeadline(), kNever);
  EXPECT_FALSE(cable.a.link.mean_link_delay_ns());
  cable.Run(5);
  EXPECT_NEAR(*cable.a.link.mean_link_delay_ns(), kLink, 25);
}

TEST(PeerLinkTest, InvalidTimesAreCountedAndChangeNothing) {
  Cable cable;
  cable.Run(5);
  wire::Message response = cable.b.sender.Message(wire::MessageType::kPdelayResp, 6);
  response.body = wire::PdelayResp{{1, 1'000'000'000}, cable.a.sender.port};
  wire::Message follow_up = cable.b.sender.Message(wire::MessageType::kPdelayRespFollowUp, 6);
  follow_up.body = wire::PdelayRespFollowUp{{uint64_t{1} << 47, 0}, cable.a.sender.port};
  Actions actions;
  cable.a.link.OnPdelayResp({response, AddressOf(1), LocalTime{5'000}}, actions);
  cable.a.link.OnPdelayRespFollowUp({follow_up, AddressOf(1), std::nullopt}, actions);
  // A clock before 1970 cannot be written in an answer.
  const wire::Message request = cable.b.sender.Message(wire::MessageType::kPdelayReq, 6);
  cable.a.link.OnPdelayReq({request, AddressOf(1), LocalTime{-1}}, actions);
  EXPECT_TRUE(actions.empty());
  EXPECT_EQ(cable.a.counters.invalid_timestamps, 2U);
}

}  // namespace
}  // namespace ptpcore::protocol
