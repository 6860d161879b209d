#include "ptpcore/protocol/port.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "messages.h"
#include "one_port.h"

namespace ptpcore::protocol {
namespace {

using ::testing::HasSubstr;

constexpr wire::PortIdentity kOurPort = {kUs, 1};
constexpr int64_t kUtc = 1'795'348'053 * kSecond;

// The actions of one kind, in order.
template <typename Kind>
std::vector<Kind> Of(const Actions& actions) {
  std::vector<Kind> found;
  for (const Action& action : actions) {
    if (const auto* one = std::get_if<Kind>(&action)) found.push_back(*one);
  }
  return found;
}

wire::Timestamp TimestampOf(int64_t ns) {
  return {static_cast<uint64_t>(ns / kSecond), static_cast<uint32_t>(ns % kSecond)};
}

wire::Message From(const wire::ClockIdentity& master, wire::MessageType type,
                   uint16_t sequence_id) {
  wire::Message message;
  message.header.type = type;
  message.header.source = {master, 1};
  message.header.sequence_id = sequence_id;
  message.header.log_message_interval = 0;
  return message;
}

wire::Message TwoStepSync(const wire::ClockIdentity& master, uint16_t sequence_id) {
  wire::Message message = From(master, wire::MessageType::kSync, sequence_id);
  message.header.flags = wire::kTwoStep;
  message.body = wire::Sync{};
  return message;
}

wire::Message OneStepSync(const wire::ClockIdentity& master, uint16_t sequence_id, int64_t t1) {
  wire::Message message = From(master, wire::MessageType::kSync, sequence_id);
  message.body = wire::Sync{TimestampOf(t1)};
  return message;
}

wire::Message FollowUp(const wire::ClockIdentity& master, uint16_t sequence_id, int64_t t1) {
  wire::Message message = From(master, wire::MessageType::kFollowUp, sequence_id);
  message.body = wire::FollowUp{TimestampOf(t1)};
  return message;
}

wire::Message DelayResp(const wire::ClockIdentity& master, uint16_t sequence_id, int64_t t4) {
  wire::Message message = From(master, wire::MessageType::kDelayResp, sequence_id);
  message.body = wire::DelayResp{TimestampOf(t4), kOurPort};
  return message;
}

class ClientTest : public ::testing::Test {
 protected:
  static ClockConfig Clock() {
    ClockConfig config;
    config.own.clock_identity = kUs;
    config.own.slave_only = true;
    return config;
  }

  // Event messages get `t2` as their receive timestamp.
  Actions Hear(const wire::Message& message, std::optional<int64_t> t2 = std::nullopt) {
    std::optional<LocalTime> stamp;
    if (t2) stamp = LocalTime{*t2};
    return port_.Handle({message, AddressOf(1), stamp}, At(now_));
  }
  Actions HearAnnounce(const wire::ClockIdentity& master, uint16_t sequence,
                       uint8_t priority1 = 128) {
    return Hear(AnnounceOf(master, sequence, priority1));
  }

  // LISTENING, then two Announce messages of A: UNCALIBRATED at second 2.
  void FollowA() {
    port_.Initialized();
    HearAnnounce(kMasterA, 0);
    now_ = seconds(2);
    HearAnnounce(kMasterA, 1);
    ASSERT_EQ(port_.state(), PortState::kUncalibrated);
  }
  // A whole Sync, and the port declared calibrated.
  void LockToA() {
    FollowA();
    Hear(TwoStepSync(kMasterA, 0), kUtc);
    Hear(FollowUp(kMasterA, 0, kUtc));
    port_.SetCalibrated(true);
    ASSERT_EQ(port_.state(), PortState::kSlave);
  }
  Actions Transmitted(uint16_t sequence_id, LocalTime t3) {
    wire::Message request = From(kUs, wire::MessageType::kDelayReq, sequence_id);
    request.body = wire::DelayReq{};
    return port_.HandleTransmitted(request, t3);
  }
  // Lets time pass until the next Delay_Req; returns its sequenceId.
  uint16_t NextRequest() {
    for (int i = 0; i < 100; ++i) {
      now_ = port_.NextDeadline() - MonoTime{};
      const auto sent = Of<SendEvent>(port_.HandleTimers(At(now_)));
      if (!sent.empty()) return sent[0].message.header.sequence_id;
    }
    ADD_FAILURE() << "no Delay_Req";
    return 0;
  }

  OnePort port_{Clock(), PortConfig()};
  Duration now_{};
};

TEST_F(ClientTest, AnOrdinaryLife) {
  EXPECT_EQ(port_.state(), PortState::kInitializing);
  Actions actions = port_.Initialized();
  auto states = Of<StateChanged>(actions);
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].from, PortState::kInitializing);
  EXPECT_EQ(states[0].to, PortState::kListening);
  EXPECT_EQ(port_.NextDeadline(), kNever);

  EXPECT_TRUE(HearAnnounce(kMasterA, 0).empty());
  EXPECT_EQ(port_.parent(), nullptr);
  now_ = seconds(2);
  actions = HearAnnounce(kMasterA, 1);
  const auto masters = Of<MasterChanged>(actions);
  ASSERT_EQ(masters.size(), 1U);
  EXPECT_EQ(masters[0].master->port, (wire::PortIdentity{kMasterA, 1}));
  EXPECT_EQ(masters[0].master->address, AddressOf(1));
  const auto decisions = Of<UtcDecisionChanged>(actions);
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_THAT(decisions[0].explanation, HasSubstr("arbitrary timescale"));
  states = Of<StateChanged>(actions);
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].to, PortState::kUncalibrated);
  EXPECT_THAT(states[0].reason, HasSubstr("020000fffe00000a/1"));
  // No request before a Sync: the only deadline is A's time-out.
  EXPECT_EQ(port_.NextDeadline(), At(seconds(8)));

  EXPECT_TRUE(Hear(TwoStepSync(kMasterA, 0), kUtc + 5'000).empty());
  actions = Hear(FollowUp(kMasterA, 0, kUtc));
  auto syncs = Of<SyncMeasured>(actions);
  ASSERT_EQ(syncs.size(), 1U);
  EXPECT_EQ(syncs[0].sequence_id, 0);
  EXPECT_EQ(syncs[0].t1_utc_ns, kUtc);
  EXPECT_EQ(syncs[0].t2.ns, kUtc + 5'000);

  const uint16_t id = NextRequest();
  EXPECT_TRUE(Transmitted(id, {kUtc + kSecond}).empty());
  actions = Hear(DelayResp(kMasterA, id, kUtc + kSecond + 7'000));
  const auto delays = Of<DelayMeasured>(actions);
  ASSERT_EQ(delays.size(), 1U);
  EXPECT_EQ(delays[0].sequence_id, id);
  EXPECT_EQ(delays[0].t3.ns, kUtc + kSecond);
  EXPECT_EQ(delays[0].t4_utc_ns, kUtc + kSecond + 7'000);

  states = Of<StateChanged>(port_.SetCalibrated(true));
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].to, PortState::kSlave);
  EXPECT_TRUE(port_.SetCalibrated(true).empty());

  const PortCounters& counters = port_.counters();
  EXPECT_EQ(counters.announce_received, 2U);
  EXPECT_EQ(counters.sync_received, 1U);
  EXPECT_EQ(counters.follow_up_received, 1U);
  EXPECT_EQ(counters.delay_req_sent, 1U);
  EXPECT_EQ(counters.delay_resp_received, 1U);
  EXPECT_EQ(counters.state_transitions, 3U);
  EXPECT_EQ(counters.ignored_announce + counters.not_from_parent + counters.sequence_mismatches +
                counters.invalid_timestamps + counters.domain_mismatches + counters.from_self +
                counters.ignored_type + counters.missing_receive_timestamps,
            0U);
}

TEST_F(ClientTest, OneStepSyncCarriesItsOwnTime) {
  FollowA();
  wire::Message sync = OneStepSync(kMasterA, 3, kUtc);
  sync.header.correction = {-65536};
  const auto measured = Of<SyncMeasured>(Hear(sync, kUtc + 5'000));
  ASSERT_EQ(measured.size(), 1U);
  EXPECT_EQ(measured[0].t1_utc_ns, kUtc);
  EXPECT_EQ(measured[0].correction.scaled_ns, -65536);
  EXPECT_EQ(port_.port().client_side().two_step(), false);
}

TEST_F(ClientTest, TwoStepCorrectionsAreAdded) {
  FollowA();
  EXPECT_EQ(port_.port().client_side().two_step(), std::nullopt);
  wire::Message sync = TwoStepSync(kMasterA, 3);
  sync.header.correction = {65536};
  sync.header.log_message_interval = -3;
  Hear(sync, kUtc + 5'000);
  wire::Message follow_up = FollowUp(kMasterA, 3, kUtc);
  follow_up.header.correction = {2 * 65536};
  const auto measured = Of<SyncMeasured>(Hear(follow_up));
  ASSERT_EQ(measured.size(), 1U);
  EXPECT_EQ(measured[0].correction.scaled_ns, 3 * 65536);
  EXPECT_EQ(port_.port().client_side().two_step(), true);
  EXPECT_EQ(port_.port().client_side().log_sync_interval(), -3);
}

TEST_F(ClientTest, TheFollowUpMayComeFirst) {
  FollowA();
  EXPECT_TRUE(Hear(FollowUp(kMasterA, 3, kUtc)).empty());
  EXPECT_EQ(Of<SyncMeasured>(Hear(TwoStepSync(kMasterA, 3), kUtc + 5'000)).size(), 1U);
}

TEST_F(ClientTest, AMasterMayChangeFromTwoStepToOneStep) {
  FollowA();
  Hear(TwoStepSync(kMasterA, 3), kUtc);
  Hear(FollowUp(kMasterA, 3, kUtc));
  EXPECT_EQ(Of<SyncMeasured>(Hear(OneStepSync(kMasterA, 4, kUtc + kSecond), kUtc + kSecond)).size(),
            1U);
}

TEST_F(ClientTest, APtpTimescaleIsTurnedIntoUtc) {
  port_.Initialized();
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    wire::Message announce = AnnounceOf(kMasterA, sequence);
    announce.header.flags = wire::kPtpTimescale | wire::kCurrentUtcOffsetValid;
    Hear(announce);
  }
  Hear(OneStepSync(kMasterA, 0, kUtc + 37 * kSecond), kUtc);
  const auto syncs =
      Of<SyncMeasured>(Hear(OneStepSync(kMasterA, 1, kUtc + 38 * kSecond), kUtc + kSecond));
  ASSERT_EQ(syncs.size(), 1U);
  EXPECT_EQ(syncs[0].t1_utc_ns, kUtc + kSecond);
  const uint16_t id = NextRequest();
  Transmitted(id, {kUtc});
  const auto delays = Of<DelayMeasured>(Hear(DelayResp(kMasterA, id, kUtc + 37 * kSecond)));
  ASSERT_EQ(delays.size(), 1U);
  EXPECT_EQ(delays[0].t4_utc_ns, kUtc);
}

TEST_F(ClientTest, ATimescaleFlagThatFlipsIsToldAndNotBelieved) {
  LockToA();
  wire::Message announce = AnnounceOf(kMasterA, 2);
  announce.header.flags = wire::kPtpTimescale;
  const auto decisions = Of<UtcDecisionChanged>(Hear(announce));
  ASSERT_EQ(decisions.size(), 1U);
  EXPECT_THAT(decisions[0].explanation, HasSubstr("keeping 0 s"));
  const auto syncs =
      Of<SyncMeasured>(Hear(OneStepSync(kMasterA, 1, kUtc + kSecond), kUtc + kSecond));
  ASSERT_EQ(syncs.size(), 1U);
  EXPECT_EQ(syncs[0].t1_utc_ns, kUtc + kSecond);
}

TEST_F(ClientTest, ABetterMasterTakesOver) {
  LockToA();
  Hear(TwoStepSync(kMasterA, 1), kUtc);  // waits for a Follow_Up that is of no use any more
  HearAnnounce(kMasterB, 0, 100);
  EXPECT_EQ(port_.state(), PortState::kSlave);
  now_ = seconds(3);
  const Actions actions = HearAnnounce(kMasterB, 1, 100);
  const auto masters = Of<MasterChanged>(actions);
  ASSERT_EQ(masters.size(), 1U);
  EXPECT_EQ(masters[0].master->port.clock, kMasterB);
  ASSERT_EQ(Of<StateChanged>(actions).size(), 1U);
  EXPECT_EQ(port_.state(), PortState::kUncalibrated);
  EXPECT_EQ(port_.parent()->port.clock, kMasterB);
  EXPECT_EQ(port_.port().client_side().two_step(), std::nullopt);

  // A is nobody now, and B is measured.
  EXPECT_TRUE(Hear(FollowUp(kMasterA, 1, kUtc)).empty());
  EXPECT_TRUE(Hear(OneStepSync(kMasterA, 2, kUtc), kUtc).empty());
  EXPECT_EQ(port_.counters().not_from_parent, 2U);
  EXPECT_EQ(Of<SyncMeasured>(Hear(OneStepSync(kMasterB, 0, kUtc), kUtc)).size(), 1U);
}

TEST_F(ClientTest, AnEquallyGoodMasterWithAHigherIdentityDoesNot) {
  LockToA();
  HearAnnounce(kMasterB, 0);
  EXPECT_TRUE(HearAnnounce(kMasterB, 1).empty());
  EXPECT_EQ(port_.parent()->port.clock, kMasterA);
  EXPECT_EQ(port_.state(), PortState::kSlave);
}

TEST_F(ClientTest, AMasterThatGetsWorseIsLeft) {
  LockToA();
  HearAnnounce(kMasterB, 0);
  HearAnnounce(kMasterB, 1);
  const auto masters = Of<MasterChanged>(HearAnnounce(kMasterA, 2, 200));
  ASSERT_EQ(masters.size(), 1U);
  EXPECT_EQ(masters[0].master->port.clock, kMasterB);
}

TEST_F(ClientTest, TheAnnounceTimeOutEndsInListening) {
  LockToA();
  const MonoTime time_out = At(seconds(8));  // three intervals of 2 s after the last
  Actions actions;
  while (port_.state() == PortState::kSlave) {
    ASSERT_LE(port_.NextDeadline(), time_out);
    actions = port_.HandleTimers(port_.NextDeadline());
  }
  EXPECT_EQ(port_.state(), PortState::kListening);
  EXPECT_THAT(port_.Explain().sentence, HasSubstr("no Announce from master 020000fffe00000a/1"));
  const auto masters = Of<MasterChanged>(actions);
  ASSERT_EQ(masters.size(), 1U);
  EXPECT_FALSE(masters[0].master);
  EXPECT_EQ(port_.parent(), nullptr);
  EXPECT_EQ(port_.NextDeadline(), kNever);  // no requests any more
  // It is not believed again before it qualifies again.
  HearAnnounce(kMasterA, 9);
  EXPECT_EQ(port_.state(), PortState::kListening);
  HearAnnounce(kMasterA, 10);
  EXPECT_EQ(port_.state(), PortState::kUncalibrated);
}

TEST_F(ClientTest, TheTimeOutIsNotEarly) {
  LockToA();
  port_.HandleTimers(At(seconds(8) - Duration(1)));
  EXPECT_EQ(port_.state(), PortState::kSlave);
}

TEST_F(ClientTest, TheSecondBestTakesOverAtTheTimeOut) {
  LockToA();
  for (uint16_t sequence = 0; sequence < 4; ++sequence) {
    HearAnnounce(kMasterB, sequence);
    now_ += seconds(2);
  }
  const auto masters = Of<MasterChanged>(port_.HandleTimers(At(now_)));
  ASSERT_EQ(masters.size(), 1U);
  ASSERT_TRUE(masters[0].master);
  EXPECT_EQ(masters[0].master->port.clock, kMasterB);
  EXPECT_EQ(port_.state(), PortState::kUncalibrated);
}

TEST_F(ClientTest, SaysThatAMasterAnnouncesItselfInAnotherDomain) {
  port_.Initialized();
  wire::Message elsewhere = AnnounceOf(kMasterA, 0);
  elsewhere.header.domain_number = 77;
  Hear(elsewhere);
  EXPECT_NE(port_.Explain().sentence.find("in domain 77, and this port is in domain 0"),
            std::string::npos)
      << port_.Explain().sentence;
  HearAnnounce(kMasterA, 0);
  EXPECT_EQ(port_.Explain().sentence.find("77"), std::string::npos) << "one of ours is on its way";
}

TEST_F(ClientTest, OtherDomainsAndSdosAreCountedAndIgnored) {
  FollowA();
  wire::Message domain = OneStepSync(kMasterA, 0, kUtc);
  domain.header.domain_number = 1;
  EXPECT_TRUE(Hear(domain, kUtc).empty());
  wire::Message major_sdo = OneStepSync(kMasterA, 0, kUtc);
  major_sdo.header.major_sdo_id = 1;  // 802.1AS
  EXPECT_TRUE(Hear(major_sdo, kUtc).empty());
  wire::Message minor_sdo = OneStepSync(kMasterA, 0, kUtc);
  minor_sdo.header.minor_sdo_id = 1;
  EXPECT_TRUE(Hear(minor_sdo, kUtc).empty());
  EXPECT_EQ(port_.counters().domain_mismatches, 1U);
  EXPECT_EQ(port_.counters().sdo_mismatches, 2U);
  EXPECT_EQ(port_.counters().sync_received, 0U);
  // In 2008 that octet was reserved, and is not looked at.
  minor_sdo.header.minor_version = 0;
  EXPECT_FALSE(Hear(minor_sdo, kUtc).empty());
}

TEST_F(ClientTest, OwnMessagesAreCountedAndIgnored) {
  port_.Initialized();
  HearAnnounce(kUs, 0);
  HearAnnounce(kUs, 1);
  EXPECT_EQ(port_.state(), PortState::kListening);
  EXPECT_EQ(port_.counters().from_self, 2U);
  EXPECT_EQ(port_.counters().announce_received, 0U);
  EXPECT_EQ(port_.port().foreign_masters().size(), 0U);
}

TEST_F(ClientTest, AnnouncesThatDoNotQualifyAreCountedAndIgnored) {
  port_.Initialized();
  for (uint16_t sequence = 100; sequence < 106;) {
    wire::Message alternate = AnnounceOf(kMasterA, sequence++);
    alternate.header.flags = wire::kAlternateMaster;
    Hear(alternate);
    wire::Message far = AnnounceOf(kMasterA, sequence++);
    std::get<wire::Announce>(far.body).steps_removed = 255;
    Hear(far);
    wire::Message loop = AnnounceOf(kMasterA, sequence++);
    std::get<wire::Announce>(loop.body).grandmaster = kUs;
    Hear(loop);
  }
  EXPECT_EQ(port_.state(), PortState::kListening);
  EXPECT_EQ(port_.counters().announce_received, 6U);
  EXPECT_EQ(port_.counters().ignored_announce, 4U);
  EXPECT_EQ(port_.counters().looped_announces, 2U);
  ASSERT_EQ(port_.port().foreign_masters().size(), 1U);  // remembered with what is against it
  EXPECT_EQ(port_.port().foreign_masters().all()[0].objection, Qualification::kLoop);
  // 254 steps are allowed.
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    wire::Message near = AnnounceOf(kMasterA, sequence);
    std::get<wire::Announce>(near.body).steps_removed = 254;
    Hear(near);
  }
  EXPECT_EQ(port_.state(), PortState::kUncalibrated);
}

TEST_F(ClientTest, AnAnnounceDeliveredTwiceIsCountedAndCountsOnce) {
  port_.Initialized();
  HearAnnounce(kMasterA, 0);
  HearAnnounce(kMasterA, 0);
  EXPECT_EQ(port_.state(), PortState::kListening);
  EXPECT_EQ(port_.counters().ignored_announce, 1U);
}

TEST_F(ClientTest, ATableFullOfMastersIsCounted) {
  port_.Initialized();
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    for (uint8_t i = 0; i < ForeignMasters::kCapacity; ++i) HearAnnounce({{0xEE, i}}, sequence);
  }
  HearAnnounce(kMasterA, 0);
  EXPECT_EQ(port_.counters().ignored_announce, 1U);
  EXPECT_EQ(port_.port().foreign_masters().size(), ForeignMasters::kCapacity);
}

TEST_F(ClientTest, OnlyTheParentIsMeasured) {
  FollowA();
  wire::Message other_port = OneStepSync(kMasterA, 0, kUtc);
  other_port.header.source.port = 2;
  wire::Message alternate = OneStepSync(kMasterA, 0, kUtc);
  alternate.header.flags = wire::kAlternateMaster;
  for (const wire::Message& sync : {OneStepSync(kMasterB, 0, kUtc), other_port, alternate}) {
    EXPECT_TRUE(Hear(sync, kUtc).empty());
  }
  EXPECT_TRUE(Hear(FollowUp(kMasterB, 0, kUtc)).empty());
  EXPECT_EQ(port_.counters().sync_received, 3U);
  EXPECT_EQ(port_.counters().follow_up_received, 1U);
  EXPECT_EQ(port_.counters().not_from_parent, 4U);

  Hear(OneStepSync(kMasterA, 0, kUtc), kUtc);
  const uint16_t id = NextRequest();
  Transmitted(id, {kUtc});
  EXPECT_TRUE(Hear(DelayResp(kMasterB, id, kUtc)).empty());
  EXPECT_EQ(port_.counters().not_from_parent, 5U);
  EXPECT_EQ(Of<DelayMeasured>(Hear(DelayResp(kMasterA, id, kUtc))).size(), 1U);
}

TEST_F(ClientTest, AResponseToAnotherClientIsNoneOfOurs) {
  LockToA();
  const uint16_t id = NextRequest();
  Transmitted(id, {kUtc});
  wire::Message response = DelayResp(kMasterA, id, kUtc);
  std::get<wire::DelayResp>(response.body).requesting_port = {kMasterB, 1};
  EXPECT_TRUE(Hear(response).empty());
  std::get<wire::DelayResp>(response.body).requesting_port = {kUs, 2};
  EXPECT_TRUE(Hear(response).empty());
  EXPECT_EQ(port_.counters().delay_resp_received, 0U);
}

TEST_F(ClientTest, DelayRequestsAreAsTheStandardWants) {
  ClockConfig config = Clock();
  config.own.domain_number = 24;
  config.own.sdo_id = 0x100;
  port_ = OnePort(config, PortConfig());
  port_.Initialized();
  const auto in_domain = [](wire::Message message) {
    message.header.domain_number = 24;
    message.header.major_sdo_id = 1;
    return message;
  };
  Hear(in_domain(AnnounceOf(kMasterA, 0)));
  Hear(in_domain(AnnounceOf(kMasterA, 1)));
  Hear(in_domain(OneStepSync(kMasterA, 0, kUtc)), kUtc);

  const auto sent = Of<SendEvent>(port_.HandleTimers(At(seconds(1))));
  ASSERT_EQ(sent.size(), 1U);
  const wire::Header& header = sent[0].message.header;
  EXPECT_EQ(header.type, wire::MessageType::kDelayReq);
  EXPECT_EQ(header.version, 2);
  EXPECT_EQ(header.minor_version, 1);
  EXPECT_EQ(header.domain_number, 24);
  EXPECT_EQ(header.major_sdo_id, 1);
  EXPECT_EQ(header.flags, 0);
  EXPECT_EQ(header.correction.scaled_ns, 0);
  EXPECT_EQ(header.source, kOurPort);
  EXPECT_EQ(header.control, 1);
  EXPECT_EQ(header.log_message_interval, 0x7F);
  EXPECT_EQ(std::get<wire::DelayReq>(sent[0].message.body).origin, (wire::Timestamp{0, 0}));
}

TEST_F(ClientTest, RequestsThatNeverWorkAreTriedWithTheOlderMinorVersion) {
  LockToA();
  uint16_t announced = 1;
  const auto next_request = [&] {
    while (true) {
      now_ = port_.NextDeadline() - MonoTime{};
      HearAnnounce(kMasterA, ++announced);
      const auto sent = Of<SendEvent>(port_.HandleTimers(At(now_)));
      if (!sent.empty()) return sent[0].message.header;
    }
  };
  for (int i = 0; i < 4; ++i) EXPECT_EQ(next_request().minor_version, 1);
  wire::Header request = next_request();
  EXPECT_EQ(request.minor_version, 0);
  EXPECT_FALSE(port_.port().client_side().minor_version().fell_back());
  // It works, and is kept.
  Transmitted(request.sequence_id, {kUtc});
  Hear(DelayResp(kMasterA, request.sequence_id, kUtc));
  EXPECT_TRUE(port_.port().client_side().minor_version().fell_back());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(next_request().minor_version, 0);
}

TEST_F(ClientTest, TheIntervalOfRequestsFollowsTheParentsResponses) {
  LockToA();
  const uint16_t id = NextRequest();
  wire::Message response = DelayResp(kMasterA, id, kUtc);
  response.header.log_message_interval = -4;
  Hear(response);
  EXPECT_EQ(port_.port().client_side().delay_exchange().log_interval(), -4);
  NextRequest();
  EXPECT_LE(port_.NextDeadline(), At(now_) + milliseconds(125));
}

TEST_F(ClientTest, AResponseBeforeTheTransmitTimestampIsKept) {
  LockToA();
  const uint16_t id = NextRequest();
  EXPECT_TRUE(Hear(DelayResp(kMasterA, id, kUtc + 7'000)).empty());
  const auto delays = Of<DelayMeasured>(Transmitted(id, {kUtc}));
  ASSERT_EQ(delays.size(), 1U);
  EXPECT_EQ(delays[0].t4_utc_ns, kUtc + 7'000);
}

TEST_F(ClientTest, AResponseThatComesTwiceIsCounted) {
  LockToA();
  const uint16_t id = NextRequest();
  Transmitted(id, {kUtc});
  EXPECT_EQ(Of<DelayMeasured>(Hear(DelayResp(kMasterA, id, kUtc))).size(), 1U);
  EXPECT_TRUE(Hear(DelayResp(kMasterA, id, kUtc)).empty());
  EXPECT_EQ(port_.counters().sequence_mismatches, 1U);
  EXPECT_EQ(port_.counters().delay_resp_received, 2U);
}

TEST_F(ClientTest, AOneStepSyncDeliveredTwiceIsMeasuredOnce) {
  FollowA();
  EXPECT_EQ(Of<SyncMeasured>(Hear(OneStepSync(kMasterA, 0, kUtc), kUtc)).size(), 1U);
  EXPECT_TRUE(Hear(OneStepSync(kMasterA, 0, kUtc), kUtc + 90'000).empty());
  EXPECT_EQ(port_.counters().sequence_mismatches, 1U);
  EXPECT_EQ(port_.counters().sync_received, 2U);
}

TEST_F(ClientTest, ATwoStepSyncDeliveredTwiceIsTimedByTheFirst) {
  FollowA();
  Hear(TwoStepSync(kMasterA, 0), kUtc + 5'000);
  Hear(TwoStepSync(kMasterA, 0), kUtc + 90'000);
  const auto syncs = Of<SyncMeasured>(Hear(FollowUp(kMasterA, 0, kUtc)));
  ASSERT_EQ(syncs.size(), 1U);
  EXPECT_EQ(syncs[0].t2.ns, kUtc + 5'000);
  EXPECT_EQ(port_.port().client_side().sync_pairing().unmatched(), 1U);
  // Copies of either half that come after the pair are counted.
  EXPECT_TRUE(Hear(TwoStepSync(kMasterA, 0), kUtc + 95'000).empty());
  EXPECT_TRUE(Hear(FollowUp(kMasterA, 0, kUtc)).empty());
  EXPECT_EQ(port_.counters().sequence_mismatches, 2U);
}

TEST_F(ClientTest, ASyncWithoutReceiveTimestampIsCounted) {
  FollowA();
  EXPECT_TRUE(Hear(OneStepSync(kMasterA, 0, kUtc)).empty());
  EXPECT_TRUE(Hear(TwoStepSync(kMasterA, 1)).empty());
  EXPECT_TRUE(Hear(FollowUp(kMasterA, 1, kUtc)).empty());
  EXPECT_EQ(port_.counters().missing_receive_timestamps, 2U);
  EXPECT_EQ(port_.NextDeadline(), At(seconds(8)));  // not enough to ask for the delay
}

TEST_F(ClientTest, InvalidTimestampsAreCounted) {
  LockToA();
  const uint16_t id = NextRequest();
  Transmitted(id, {kUtc});
  const wire::Timestamp bad_ones[] = {{1, 1'000'000'000}, {0xFFFFFFFFFFFF, 0}};
  uint16_t sequence = 100;
  for (const wire::Timestamp& bad : bad_ones) {
    wire::Message sync = OneStepSync(kMasterA, ++sequence, 0);
    std::get<wire::Sync>(sync.body).origin = bad;
    EXPECT_TRUE(Hear(sync, kUtc).empty());
    Hear(TwoStepSync(kMasterA, ++sequence), kUtc);
    wire::Message follow_up = FollowUp(kMasterA, sequence, 0);
    std::get<wire::FollowUp>(follow_up.body).precise_origin = bad;
    EXPECT_TRUE(Hear(follow_up).empty());
    wire::Message response = DelayResp(kMasterA, id, 0);
    std::get<wire::DelayResp>(response.body).receive = bad;
    EXPECT_TRUE(Hear(response).empty());
  }
  EXPECT_EQ(port_.counters().invalid_timestamps, 6U);
  // A good answer is still awaited.
  EXPECT_EQ(Of<DelayMeasured>(Hear(DelayResp(kMasterA, id, kUtc))).size(), 1U);
}

TEST_F(ClientTest, AClockStepDropsWhatWasTimedByTheClockBefore) {
  LockToA();
  const uint16_t id = NextRequest();
  Transmitted(id, {kUtc});
  Hear(TwoStepSync(kMasterA, 1), kUtc + kSecond);
  port_.ClockStepped();
  EXPECT_TRUE(Hear(FollowUp(kMasterA, 1, kUtc + kSecond)).empty());
  EXPECT_TRUE(Hear(DelayResp(kMasterA, id, kUtc)).empty());
  EXPECT_EQ(port_.counters().sequence_mismatches, 1U);
  EXPECT_EQ(port_.state(), PortState::kSlave);
  // A stamp of before that is reported late is dropped as well.
  const uint16_t late = NextRequest();
  port_.ClockStepped();
  EXPECT_TRUE(Transmitted(late, {kUtc}).empty());
  EXPECT_TRUE(Hear(DelayResp(kMasterA, late, kUtc)).empty());
  // All goes on with what comes after.
  Hear(TwoStepSync(kMasterA, 2), kUtc + 2 * kSecond);
  EXPECT_EQ(Of<SyncMeasured>(Hear(FollowUp(kMasterA, 2, kUtc + 2 * kSecond))).size(), 1U);
  HearAnnounce(kMasterA, 2);
  const uint16_t next = NextRequest();
  Transmitted(next, {kUtc});
  EXPECT_EQ(Of<DelayMeasured>(Hear(DelayResp(kMasterA, next, kUtc))).size(), 1U);
}

TEST_F(ClientTest, OtherTypesAreCountedAndIgnored) {
  FollowA();
  const std::pair<wire::MessageType, wire::Body> others[] = {
      {wire::MessageType::kPdelayReq, wire::PdelayReq{}},
      {wire::MessageType::kPdelayResp, wire::PdelayResp{}},
      {wire::MessageType::kPdelayRespFollowUp, wire::PdelayRespFollowUp{}},
      {wire::MessageType::kSignaling, wire::Signaling{}},
      {wire::MessageType::kManagement, wire::Management{}},
  };
  for (const auto& [type, body] : others) {
    wire::Message message = From(kMasterA, type, 0);
    message.body = body;
    EXPECT_TRUE(Hear(message, kUtc).empty());
  }
  wire::Message request = From(kMasterB, wire::MessageType::kDelayReq, 0);  // another client's
  request.body = wire::DelayReq{};
  EXPECT_TRUE(Hear(request, kUtc).empty());
  EXPECT_EQ(port_.counters().ignored_type, 6U);
}

TEST_F(ClientTest, LosingCalibrationGoesBackToUncalibrated) {
  LockToA();
  const auto states = Of<StateChanged>(port_.SetCalibrated(false));
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].from, PortState::kSlave);
  EXPECT_EQ(states[0].to, PortState::kUncalibrated);
  EXPECT_EQ(port_.parent()->port.clock, kMasterA);
}

TEST_F(ClientTest, CalibrationMeansNothingWithoutAMaster) {
  EXPECT_TRUE(port_.SetCalibrated(true).empty());
  port_.Initialized();
  EXPECT_TRUE(port_.SetCalibrated(true).empty());
  EXPECT_TRUE(port_.SetCalibrated(false).empty());
  EXPECT_EQ(port_.state(), PortState::kListening);
}

TEST_F(ClientTest, AFaultIsOneTransitionWithItsOwnReasonAndHeals) {
  LockToA();
  const uint64_t transitions = port_.counters().state_transitions;
  Actions actions = port_.Fault("eth0 went down");
  auto states = Of<StateChanged>(actions);
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].from, PortState::kSlave);
  EXPECT_EQ(states[0].to, PortState::kFaulty);
  EXPECT_EQ(states[0].reason, "eth0 went down");
  ASSERT_EQ(Of<MasterChanged>(actions).size(), 1U);
  EXPECT_FALSE(Of<MasterChanged>(actions)[0].master);
  EXPECT_EQ(port_.Explain().sentence, "eth0 went down");
  EXPECT_EQ(port_.counters().state_transitions, transitions + 1);
  EXPECT_EQ(port_.parent(), nullptr);
  EXPECT_EQ(port_.NextDeadline(), kNever);

  // Deaf while faulty; another fault only changes the reason.
  EXPECT_TRUE(HearAnnounce(kMasterA, 5).empty());
  EXPECT_EQ(port_.counters().announce_received, 2U);
  EXPECT_TRUE(port_.Fault("eth0 is gone").empty());
  EXPECT_EQ(port_.Explain().sentence, "eth0 is gone");

  actions = port_.Initialized();
  states = Of<StateChanged>(actions);
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0].to, PortState::kInitializing);
  EXPECT_EQ(states[1].to, PortState::kListening);
  HearAnnounce(kMasterA, 6);
  EXPECT_EQ(port_.state(), PortState::kListening);
  HearAnnounce(kMasterA, 7);
  EXPECT_EQ(port_.state(), PortState::kUncalibrated);
}

TEST_F(ClientTest, StartingOverForgetsTheMaster) {
  LockToA();
  const Actions actions = port_.Initialized();
  ASSERT_EQ(Of<MasterChanged>(actions).size(), 1U);
  EXPECT_FALSE(Of<MasterChanged>(actions)[0].master);
  EXPECT_EQ(port_.state(), PortState::kListening);
  EXPECT_EQ(port_.parent(), nullptr);
  EXPECT_EQ(port_.port().foreign_masters().size(), 0U);
  EXPECT_EQ(port_.NextDeadline(), kNever);
}

TEST_F(ClientTest, BeforeInitializationNothingIsHeard) {
  EXPECT_TRUE(HearAnnounce(kMasterA, 0).empty());
  EXPECT_EQ(port_.counters().announce_received, 0U);
}

// Two Announce messages suffice, from then on only the time-out counts: a master
// that announces itself rarely, but in time, is not left.
TEST_F(ClientTest, ASparseParentHoldsUntilItsTimeOut) {
  PortConfig config;
  config.announce_receipt_timeout = 10;
  port_ = OnePort(Clock(), config);
  LockToA();
  now_ = seconds(15);
  EXPECT_TRUE(HearAnnounce(kMasterA, 2).empty());
  EXPECT_EQ(port_.state(), PortState::kSlave);
}

// Bad input: each with a counter, and no harm.

TEST_F(ClientTest, AMasterThatClaimsToBeUsIsCountedAndNamed) {
  port_.Initialized();
  wire::Message announce = AnnounceOf(kUs, 0);
  Hear(announce);
  Hear(OneStepSync(kUs, 0, kUtc), kUtc);
  EXPECT_EQ(port_.counters().duplicate_identities, 2U);
  EXPECT_EQ(port_.counters().from_self, 2U);
  EXPECT_EQ(port_.Explain().reason, Reason::kLoop);
  EXPECT_THAT(port_.Explain().sentence, HasSubstr("our own clockIdentity"));
}

TEST_F(ClientTest, OfTwoMastersWithOneIdentityTheFirstHoldsAsLongAsItIsHeard) {
  LockToA();
  wire::Message announce = AnnounceOf(kMasterA, 900, 1);
  const Received imposter{announce, AddressOf(66), std::nullopt};
  port_.Handle(imposter, At(now_));
  wire::Message sync = OneStepSync(kMasterA, 900, kUtc + 5 * kSecond);
  EXPECT_TRUE(port_.Handle({sync, AddressOf(66), LocalTime{kUtc}}, At(now_)).empty());
  EXPECT_EQ(port_.counters().duplicate_identities, 2U);
  EXPECT_EQ(port_.parent()->announce.priority1, 128);
  EXPECT_EQ(Of<SyncMeasured>(Hear(OneStepSync(kMasterA, 1, kUtc), kUtc)).size(), 1U);
  // The first falls silent: the other is heard from then on.
  now_ += seconds(5);
  announce.header.sequence_id = 901;
  port_.Handle(imposter, At(now_));
  EXPECT_EQ(port_.counters().duplicate_identities, 2U);
  EXPECT_EQ(port_.parent()->address, AddressOf(66));
}

TEST_F(ClientTest, SequenceNumbersThatJumpAreFollowed) {
  LockToA();
  const uint16_t jumps[] = {0xFFFF, 0x8000, 0x0001, 0x7FFF};
  for (const uint16_t sequence : jumps) {
    Hear(TwoStepSync(kMasterA, sequence), kUtc);
    EXPECT_EQ(Of<SyncMeasured>(Hear(FollowUp(kMasterA, sequence, kUtc))).size(), 1U) << sequence;
    // A Follow_Up to another Sync is of no use.
    EXPECT_TRUE(Hear(FollowUp(kMasterA, static_cast<uint16_t>(sequence + 0x4000), kUtc)).empty());
  }
  EXPECT_EQ(port_.port().client_side().sync_pairing().unmatched(), 3U);
  EXPECT_EQ(port_.state(), PortState::kSlave);
}

TEST_F(ClientTest, CorrectionsPastWhatCanBeAreCountedAndNotUsed) {
  LockToA();
  const uint16_t id = NextRequest();
  Transmitted(id, {kUtc});
  const int64_t impossible[] = {std::numeric_limits<int64_t>::max(),
                                std::numeric_limits<int64_t>::min(), (kSecond << 16) + 1,
                                -(kSecond << 16) - 1};
  uint16_t sequence = 10;
  for (const int64_t scaled_ns : impossible) {
    wire::Message sync = OneStepSync(kMasterA, ++sequence, kUtc);
    sync.header.correction = {scaled_ns};
    EXPECT_TRUE(Hear(sync, kUtc).empty());
    Hear(TwoStepSync(kMasterA, ++sequence), kUtc);
    wire::Message follow_up = FollowUp(kMasterA, sequence, kUtc);
    follow_up.header.correction = {scaled_ns};
    EXPECT_TRUE(Hear(follow_up).empty());
    wire::Message response = DelayResp(kMasterA, id, kUtc);
    response.header.correction = {scaled_ns};
    EXPECT_TRUE(Hear(response).empty());
  }
  EXPECT_EQ(port_.counters().invalid_corrections, 12U);
  wire::Message sync = OneStepSync(kMasterA, ++sequence, kUtc);
  sync.header.correction = {kSecond << 16};
  EXPECT_EQ(Of<SyncMeasured>(Hear(sync, kUtc)).size(), 1U) << "a second is the most that can be";
}

TEST_F(ClientTest, TimesPast2106AreExactAndTimesBefore1970AreRefused) {
  LockToA();
  constexpr int64_t kPast2106 = (int64_t{1} << 32) * kSecond + 5;
  const auto syncs = Of<SyncMeasured>(Hear(OneStepSync(kMasterA, 50, kPast2106), kPast2106 + 7));
  ASSERT_EQ(syncs.size(), 1U);
  EXPECT_EQ(syncs[0].t1_utc_ns, kPast2106);
  // In the PTP timescale its first 37 seconds lie before 1970 in UTC.
  port_ = OnePort(Clock(), PortConfig());
  port_.Initialized();
  now_ = {};
  for (uint16_t sequence = 0; sequence < 2; ++sequence) {
    wire::Message announce = AnnounceOf(kMasterA, sequence);
    announce.header.flags = wire::kPtpTimescale | wire::kCurrentUtcOffsetValid;
    Hear(announce);
  }
  ASSERT_EQ(port_.state(), PortState::kUncalibrated);
  EXPECT_TRUE(Hear(OneStepSync(kMasterA, 1, 36 * kSecond), kUtc).empty());
  EXPECT_EQ(port_.counters().invalid_timestamps, 1U);
  EXPECT_EQ(Of<SyncMeasured>(Hear(OneStepSync(kMasterA, 2, 38 * kSecond), kUtc)).size(), 1U);
}

// Why there is no master, or nothing from it.

class ReasonTest : public ClientTest {
 protected:
  void Expect(Reason reason, const std::string& words) {
    EXPECT_EQ(port_.Explain().reason, reason);
    EXPECT_THAT(port_.Explain().sentence, HasSubstr(words));
  }
  // Lets so much time pass, in which A announces itself and `every_second` happens.
  template <typename Function>
  void Live(int for_seconds, Function every_second) {
    for (int i = 0; i < for_seconds; ++i) {
      now_ += seconds(1);
      HearAnnounce(kMasterA, ++announce_sequence_);
      ++sequence_;
      every_second();
      while (port_.NextDeadline() <= At(now_)) {
        for (const SendEvent& sent : Of<SendEvent>(port_.HandleTimers(At(now_)))) {
          if (stamps_) port_.HandleTransmitted(sent.message, {kUtc});
        }
      }
    }
  }
  void WholeSync() {
    Hear(TwoStepSync(kMasterA, sequence_), kUtc);
    Hear(FollowUp(kMasterA, sequence_, kUtc));
  }

  uint16_t announce_sequence_ = 100;
  uint16_t sequence_ = 0;
  bool stamps_ = true;
};

TEST_F(ReasonTest, NobodyAnnouncesItself) {
  Expect(Reason::kStarting, "starting");
  port_.Initialized();
  Expect(Reason::kNoAnnounce, "waiting for the Announce messages of a master");
}

TEST_F(ReasonTest, OtherDomainOtherSdoOtherTransport) {
  port_.Initialized();
  port_.clock().HeardElsewhere(0, {Reason::kOtherTransport, "PTP comes over Ethernet"}, kMasterB,
                               At(now_));
  Expect(Reason::kOtherTransport, "PTP comes over Ethernet");
  wire::Message sdo = AnnounceOf(kMasterA, 0);
  sdo.header.major_sdo_id = 1;
  Hear(sdo);
  Expect(Reason::kOtherSdo, "sdoId 0x100, and this port has sdoId 0x000");
  wire::Message domain = AnnounceOf(kMasterA, 0);
  domain.header.domain_number = 24;
  Hear(domain);
  Expect(Reason::kOtherDomain, "in domain 24, and this port is in domain 0");
  // What is not heard any more explains nothing.
  now_ += seconds(61);
  port_.HandleTimers(At(now_));
  Expect(Reason::kNoAnnounce, "waiting");
}

TEST_F(ReasonTest, OneAnnounceDoesNotQualify) {
  port_.Initialized();
  HearAnnounce(kMasterA, 0);
  Expect(Reason::kNotQualified, "master 020000fffe00000a/1 announced itself");
}

TEST_F(ReasonTest, ClockClassAndListOfAcceptableMasters) {
  ClockConfig config = Clock();
  config.maximum_clock_class = 165;
  port_ = OnePort(config, PortConfig());
  port_.Initialized();
  HearAnnounce(kMasterA, 0);
  HearAnnounce(kMasterA, 1);
  Expect(Reason::kClockClassUnacceptable, "has clockClass 248, and 165 is the greatest");
  config = Clock();
  config.acceptable = {{{kMasterB, 1}, 0}};
  port_ = OnePort(config, PortConfig());
  port_.Initialized();
  HearAnnounce(kMasterA, 2);
  HearAnnounce(kMasterA, 3);
  Expect(Reason::kMasterUnacceptable, "master 020000fffe00000a/1 is not on the list");
  EXPECT_EQ(port_.counters().unacceptable_masters, 2U);
}

TEST_F(ReasonTest, WhatComesFromOurselvesIsALoop) {
  port_.Initialized();
  wire::Message loop = AnnounceOf(kMasterA, 0);
  std::get<wire::Announce>(loop.body).grandmaster = kUs;
  Hear(loop);
  Expect(Reason::kLoop, "a loop");
}

TEST_F(ReasonTest, TheMasterIsLost) {
  LockToA();
  now_ += seconds(20);
  port_.HandleTimers(At(now_));
  Expect(Reason::kMasterLost, "no Announce from master 020000fffe00000a/1");
  // Others in other domains may always have been there.
  wire::Message other = AnnounceOf(kMasterB, 0);
  other.header.domain_number = 7;
  Hear(other);
  Expect(Reason::kMasterLost, "domain 7");
  // The lost one itself, in another domain, is what happened.
  wire::Message moved = AnnounceOf(kMasterA, 0);
  moved.header.domain_number = 9;
  Hear(moved);
  Expect(Reason::kOtherDomain, "domain 9");
}

TEST_F(ReasonTest, SyncFollowUpTimestampsOrDelayRespMissing) {
  FollowA();
  Expect(Reason::kCalibrating, "measuring against master 020000fffe00000a/1");
  Live(12, [] {});
  Expect(Reason::kNoSync, "its Sync messages do not come");
  Live(12, [&] { Hear(TwoStepSync(kMasterA, sequence_), kUtc); });
  Expect(Reason::kNoFollowUp, "no usable Follow_Up");
  Live(12, [&] { Hear(TwoStepSync(kMasterA, sequence_)); });
  Expect(Reason::kNoTimestamps, "without receive timestamps");
  Live(20, [&] { WholeSync(); });
  Expect(Reason::kNoDelayResp, "does not answer our Delay_Req");
  wire::Message pdelay = From(kMasterB, wire::MessageType::kPdelayReq, 0);
  pdelay.body = wire::PdelayReq{};
  Hear(pdelay, kUtc);
  Expect(Reason::kOtherDelayMechanism, "peer delay mechanism");
  stamps_ = false;
  Live(20, [&] { WholeSync(); });
  Expect(Reason::kNoTimestamps, "our Delay_Req messages leave without transmit timestamps");
  port_.SetCalibrated(true);
  Expect(Reason::kNone, "synchronized to the master");
}

}  // namespace
}  // namespace ptpcore::protocol
