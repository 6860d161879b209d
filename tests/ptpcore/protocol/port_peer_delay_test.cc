// Two clocks with peer delay and the cable between them: one gives time, the other takes it.
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"
#include "one_port.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_8021as.h"

namespace ptpcore::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kEpoch = 1'795'348'053 * kSecond;
constexpr int64_t kLink = 700;
constexpr int64_t kTurnaround = 100'000;

struct Profile {
  bool gptp = false;
  DelayMechanism server = DelayMechanism::kP2p;
  DelayMechanism client = DelayMechanism::kP2p;
};

ClockConfig ClockOf(const wire::ClockIdentity& identity, const Profile& profile, bool client) {
  ClockConfig config;
  config.own.clock_identity = identity;
  config.own.slave_only = client;
  config.own.sdo_id = profile.gptp ? 0x100 : 0;
  config.path_trace = profile.gptp;
  config.time_properties.ptp_timescale = true;
  config.time_properties.utc_offset_s = 37;
  config.time_properties.utc_offset_valid = true;
  return config;
}

PortConfig PortOf(const Profile& profile, bool client) {
  PortConfig config;
  config.delay_mechanism = client ? profile.client : profile.server;
  config.gptp = profile.gptp;
  config.intervals.log_announce = 0;
  return config;
}

// A clock that shows `offset_ns` more than UTC, and what it had to tell.
struct End {
  End(const ClockConfig& clock, const PortConfig& config) : port(clock, config) {}

  OnePort port;
  int64_t offset_ns = 0;
  bool deaf = false;
  int addressed_as = 1;
  std::vector<PortState> states;
  std::vector<SyncMeasured> syncs;
  std::vector<PeerDelayMeasured> exchanges;
  std::vector<DelayMeasured> delays;
  int time_bases = 0;
  std::vector<std::pair<wire::Message, TlvOctets>> sent;
};

class TwoClocks {
 public:
  explicit TwoClocks(const Profile& profile = {})
      : server(ClockOf(kMasterA, profile, false), PortOf(profile, false)),
        client(ClockOf(kUs, profile, true), PortOf(profile, true)) {
    client.offset_ns = 5'000;
    client.addressed_as = 2;
    Perform(server, server.port.Initialized(Now()));
    Perform(client, client.port.Initialized(Now()));
  }

  MonoTime Now() const { return At(Duration(now_ns_)); }

  // Lets true time pass, 1 ms at a time.
  void Run(double run_s) {
    const int64_t end_ns = now_ns_ + std::llround(run_s * 1e9);
    while (now_ns_ < end_ns) {
      for (End* end : {&server, &client}) {
        if (end->port.NextDeadline() <= Now()) Perform(*end, end->port.HandleTimers(Now()));
      }
      now_ns_ += 1'000'000;
    }
  }

  End server;
  End client;

 private:
  LocalTime Clock(const End& end, int64_t late_ns) const {
    return {kEpoch + now_ns_ + late_ns + end.offset_ns};
  }

  void Perform(End& end, const Actions& actions, int64_t late_ns = 0) {
    for (const Action& action : actions) {
      if (const auto* state = std::get_if<StateChanged>(&action)) end.states.push_back(state->to);
      if (const auto* sync = std::get_if<SyncMeasured>(&action)) end.syncs.push_back(*sync);
      if (const auto* delay = std::get_if<DelayMeasured>(&action)) end.delays.push_back(*delay);
      if (const auto* exchange = std::get_if<PeerDelayMeasured>(&action)) {
        end.exchanges.push_back(*exchange);
      }
      if (std::holds_alternative<TimeBaseChanged>(action)) ++end.time_bases;
      if (const auto* event = std::get_if<SendEvent>(&action)) {
        Deliver(end, event->message, event->tlvs, late_ns);
        Perform(end, end.port.HandleTransmitted(event->message, Clock(end, late_ns)), late_ns);
      }
      if (const auto* general = std::get_if<SendGeneral>(&action)) {
        Deliver(end, general->message, general->tlvs, late_ns);
      }
    }
  }

  void Deliver(End& from, wire::Message message, const TlvOctets& tlvs, int64_t late_ns) {
    from.sent.emplace_back(message, tlvs);
    End& to = &from == &server ? client : server;
    if (to.deaf) return;
    message.tlvs = tlvs;
    std::optional<LocalTime> stamp;
    if (wire::IsEvent(message.header.type)) stamp = Clock(to, late_ns + kLink);
    Perform(
        to,
        to.port.Handle({message, AddressOf(static_cast<uint8_t>(from.addressed_as)), stamp}, Now()),
        late_ns + kLink + kTurnaround);
  }

  int64_t now_ns_ = 0;
};

TEST(PortPeerDelayTest, AClientFollowsAndKnowsTheLink) {
  TwoClocks clocks;
  clocks.Run(12);
  EXPECT_EQ(clocks.server.port.state(), PortState::kMaster);
  EXPECT_EQ(clocks.client.port.state(), PortState::kUncalibrated);
  ASSERT_FALSE(clocks.client.syncs.empty());
  const SyncMeasured& sync = clocks.client.syncs.back();
  EXPECT_EQ(sync.t2.ns - sync.t1_utc_ns, clocks.client.offset_ns + kLink);
  ASSERT_FALSE(clocks.client.exchanges.empty());
  EXPECT_NEAR(clocks.client.exchanges.back().exchange.mean_link_delay_ns(), kLink, 1);
  EXPECT_NEAR(*clocks.client.port.port().peer_link()->mean_link_delay_ns(), kLink, 1);
  EXPECT_NEAR(*clocks.server.port.port().peer_link()->mean_link_delay_ns(), kLink, 1);
  // Delay requests are E2E's.
  EXPECT_EQ(clocks.client.port.counters().delay_req_sent, 0U);
  EXPECT_TRUE(clocks.client.delays.empty());
  EXPECT_EQ(clocks.client.port.Explain().reason, Reason::kCalibrating);
}

TEST(PortPeerDelayTest, TheLinkIsMeasuredWhoeverIsMaster) {
  TwoClocks clocks;
  clocks.Run(1);  // nobody is yet
  EXPECT_EQ(clocks.server.port.state(), PortState::kListening);
  EXPECT_FALSE(clocks.server.exchanges.empty());
  EXPECT_FALSE(clocks.client.exchanges.empty());
}

TEST(PortPeerDelayTest, AStepOfTheClockUnderAnExchangeDropsIt) {
  TwoClocks clocks;
  clocks.Run(3);
  clocks.client.port.ClockStepped();
  clocks.client.offset_ns += kSecond;
  clocks.Run(10);
  for (const PeerDelayMeasured& measured : clocks.client.exchanges) {
    EXPECT_NEAR(measured.exchange.mean_link_delay_ns(), kLink, 1);
  }
}

TEST(PortPeerDelayTest, WithoutAnAnswerTheClientSaysSo) {
  TwoClocks clocks;
  clocks.Run(6);
  clocks.server.deaf = true;
  clocks.Run(8);
  EXPECT_EQ(clocks.client.port.state(), PortState::kUncalibrated);
  EXPECT_EQ(clocks.client.port.Explain().reason, Reason::kNoPdelayResp);
  EXPECT_EQ(clocks.client.port.Explain().sentence, "nobody answers our Pdelay_Req messages");
}

TEST(PortPeerDelayTest, AMasterThatMeasuresEndToEndIsNamed) {
  Profile profile;
  profile.server = DelayMechanism::kE2e;
  TwoClocks clocks(profile);
  clocks.Run(12);
  // The master's answer to another client.
  wire::Message response;
  response.header.type = wire::MessageType::kDelayResp;
  response.header.source = {kMasterA, 1};
  response.body = wire::DelayResp{{1, 0}, {kMasterB, 1}};
  clocks.client.port.Handle({response, AddressOf(1), std::nullopt}, clocks.Now());
  const Explanation why = clocks.client.port.Explain();
  EXPECT_EQ(why.reason, Reason::kOtherDelayMechanism);
  EXPECT_THAT(why.sentence, HasSubstr("measures delays end to end, and this port peer to peer"));
}

TEST(PortPeerDelayTest, AMasterThatMeasuresPeerToPeerIsNamed) {
  Profile profile;
  profile.client = DelayMechanism::kE2e;
  TwoClocks clocks(profile);
  clocks.Run(20);
  const Explanation why = clocks.client.port.Explain();
  EXPECT_EQ(why.reason, Reason::kOtherDelayMechanism);
  EXPECT_THAT(why.sentence, HasSubstr("peer delay mechanism, and this port end to end"));
  EXPECT_EQ(clocks.client.port.counters().pdelay_resp_sent, 0U);
}

TEST(PortPeerDelayTest, OneStepSyncIsTakenToo) {
  TwoClocks clocks;
  clocks.Run(8);
  wire::Message sync;
  sync.header.type = wire::MessageType::kSync;
  sync.header.source = {kMasterA, 1};
  sync.header.sequence_id = 40'000;
  sync.header.correction = {250 << 16};
  sync.body = wire::Sync{{static_cast<uint64_t>(kEpoch / kSecond) + 37, 1'000}};
  clocks.client.syncs.clear();
  const Actions actions =
      clocks.client.port.Handle({sync, AddressOf(1), LocalTime{kEpoch + 5'000}}, clocks.Now());
  ASSERT_EQ(actions.size(), 1U);
  const auto& measured = std::get<SyncMeasured>(actions[0]);
  EXPECT_EQ(measured.t1_utc_ns, kEpoch + 1'000);
  EXPECT_EQ(measured.correction.scaled_ns, 250 << 16);
}

TEST(PortPeerDelayTest, AFaultStopsItAndTheWayBackStartsOver) {
  TwoClocks clocks;
  clocks.Run(5);
  clocks.client.port.Fault("the cable is out");
  const uint64_t sent = clocks.client.port.counters().pdelay_req_sent;
  clocks.Run(3);
  EXPECT_EQ(clocks.client.port.counters().pdelay_req_sent, sent);
  EXPECT_FALSE(clocks.client.port.port().peer_link()->mean_link_delay_ns());
  clocks.client.port.Initialized(clocks.Now());
  clocks.client.port.Initialized(clocks.Now());
  clocks.Run(3);
  EXPECT_TRUE(clocks.client.port.port().peer_link()->mean_link_delay_ns());
}

constexpr Profile kGptp = {true, DelayMechanism::kP2p, DelayMechanism::kP2p};

TEST(PortGptpTest, PortsAreDisabledUntilTheirLinkIsAsCapable) {
  TwoClocks clocks(kGptp);
  clocks.Run(1.5);
  for (End* end : {&clocks.server, &clocks.client}) {
    EXPECT_EQ(end->port.state(), PortState::kDisabled);
    EXPECT_EQ(end->port.Explain().reason, Reason::kNotAsCapable);
    EXPECT_EQ(end->port.counters().announce_sent, 0U);
    EXPECT_EQ(end->port.counters().sync_sent, 0U);
  }
  clocks.Run(14);
  EXPECT_EQ(clocks.server.port.state(), PortState::kMaster);
  EXPECT_EQ(clocks.client.port.state(), PortState::kUncalibrated);
  clocks.client.port.SetCalibrated(true);
  EXPECT_EQ(clocks.client.port.state(), PortState::kSlave);
  EXPECT_THAT(clocks.client.states, ElementsAre(PortState::kListening, PortState::kDisabled,
                                                PortState::kListening, PortState::kUncalibrated));
}

TEST(PortGptpTest, ALinkThatIsNoLongerCapableTakesThePortOut) {
  TwoClocks clocks(kGptp);
  clocks.Run(15);
  clocks.server.deaf = true;  // it announces itself still, and answers nothing
  clocks.Run(8);
  EXPECT_EQ(clocks.client.port.state(), PortState::kUncalibrated) << "nine are forgiven";
  clocks.Run(6);
  EXPECT_EQ(clocks.client.port.state(), PortState::kDisabled);
  EXPECT_EQ(clocks.client.port.Explain().reason, Reason::kNotAsCapable);
  EXPECT_EQ(clocks.client.port.Explain().sentence,
            "not asCapable: the neighbour does not answer Pdelay_Req");
  EXPECT_EQ(clocks.client.port.parent(), nullptr);
  const size_t syncs = clocks.client.syncs.size();
  clocks.Run(5);
  EXPECT_EQ(clocks.client.syncs.size(), syncs);
  clocks.server.deaf = false;
  clocks.Run(8);
  EXPECT_EQ(clocks.client.port.state(), PortState::kUncalibrated);
  EXPECT_GT(clocks.client.syncs.size(), syncs);
}

TEST(PortGptpTest, MessagesAreThoseOf8021As) {
  TwoClocks clocks(kGptp);
  clocks.Run(15);
  int announces = 0;
  int follow_ups = 0;
  for (const auto& [message, tlvs] : clocks.server.sent) {
    const wire::Header& header = message.header;
    EXPECT_EQ(header.major_sdo_id, 1);
    EXPECT_EQ(header.control, 0);
    EXPECT_TRUE(header.Has(wire::kPtpTimescale));
    if (header.type == wire::MessageType::kAnnounce) {
      ++announces;
      EXPECT_TRUE(wire::FindTlv<wire::PathTrace>(tlvs));
    }
    if (header.type != wire::MessageType::kFollowUp) continue;
    ++follow_ups;
    const auto information = wire::FindTlv<wire::FollowUpInformation>(tlvs);
    ASSERT_TRUE(information);
    EXPECT_EQ(information->cumulative_scaled_rate_offset, 0);
    EXPECT_EQ(information->gm_time_base_indicator, 0);
  }
  EXPECT_GT(announces, 5);
  EXPECT_GT(follow_ups, 5);
}

TEST(PortGptpTest, AStepOfTheGrandmasterIsToldWithItsSyncs) {
  TwoClocks clocks(kGptp);
  clocks.Run(15);
  EXPECT_EQ(clocks.client.time_bases, 0);
  clocks.server.port.ClockStepped();
  clocks.Run(2);
  EXPECT_EQ(clocks.client.time_bases, 1);
  uint16_t indicator = 0;
  for (const auto& [message, tlvs] : clocks.server.sent) {
    if (const auto found = wire::FindTlv<wire::FollowUpInformation>(tlvs)) {
      indicator = found->gm_time_base_indicator;
    }
  }
  EXPECT_EQ(indicator, 1);
}

}  // namespace
}  // namespace ptpcore::protocol
