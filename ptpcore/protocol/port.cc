#include "ptpcore/protocol/port.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"
#include "ptpcore/protocol/unfollowed.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_8021as.h"

namespace ptpcore::protocol {
namespace {

ClientSideConfig ClientSideConfigOf(const PortConfig& config) {
  ClientSideConfig c;
  c.request_response = config.delay_mechanism == DelayMechanism::kE2e;
  c.negotiated = config.unicast && !config.unicast->client.masters.empty();
  c.hybrid = config.hybrid_e2e || c.negotiated;
  c.log_min_delay_req_interval = config.intervals.log_min_delay_req;
  c.random_seed = config.random_seed;
  return c;
}

Sender SenderOf(const PortConfig& config, const DefaultDataSet& own) {
  return {{own.clock_identity, config.port_number},
          own.domain_number,
          own.sdo_id,
          wire::kMinorVersionPtp,
          config.gptp};
}

std::string Name(const wire::PortIdentity& master) {
  return "master " + wire::ToString(master);
}

bool IsPeerDelay(wire::MessageType type) {
  return type == wire::MessageType::kPdelayReq || type == wire::MessageType::kPdelayResp ||
         type == wire::MessageType::kPdelayRespFollowUp;
}

Serving ServingIn(PortState state) {
  switch (state) {
    case PortState::kMaster:
      return Serving::kSends;
    case PortState::kListening:
    case PortState::kPreMaster:
      return Serving::kWaits;
    default:
      return Serving::kDenies;
  }
}

// Sent by masters only.
bool IsMasters(wire::MessageType type) {
  return type == wire::MessageType::kAnnounce || type == wire::MessageType::kSync ||
         type == wire::MessageType::kFollowUp || type == wire::MessageType::kDelayResp;
}

}  // namespace

Port::Port(const PortConfig& config, const ClockDataSets& clock, ForeignMasterRules rules)
    : config_(config),
      clock_(clock),
      sender_(SenderOf(config, clock.own)),
      foreign_masters_(std::move(rules)),
      client_side_(sender_, ClientSideConfigOf(config), counters_),
      master_side_(sender_, config.intervals, clock, counters_) {
  if (config.delay_mechanism == DelayMechanism::kP2p) {
    peer_link_.emplace(
        sender_, PeerLinkConfig{config.log_min_pdelay_req_interval, config.as_capable_threshold_ns},
        counters_);
  }
  std::seed_seq mixed{config.random_seed, uint32_t{config.port_number}};
  random_.seed(mixed);
  if (!config.unicast) return;
  UnicastConfig unicast = *config.unicast;
  unicast.client.random_seed = unicast.server.random_seed = config.random_seed;
  unicast_.emplace(sender_, unicast, clock, counters_);
}

void Port::Initialized(MonoTime now) {
  ForgetMaster();
  foreign_masters_.Clear();
  heard_instead_.Clear();
  lost_.reset();
  if (state_ != PortState::kInitializing) {
    Enter(PortEvent::kInitialize, {Reason::kStarting, "starting over"});
  }
  Enter(PortEvent::kInitialized,
        {Reason::kNoAnnounce, "waiting for the Announce messages of a master"});
  if (unicast_) unicast_->Start(now);
  if (peer_link_) peer_link_->Start(now);
  BeginListening(now);
  FollowLink(now);
}

void Port::BeginListening(MonoTime now) {
  announce_timed_out_ = false;
  announce_time_out_ = kNever;
  if (!clock_.own.slave_only) {
    // 9.2.6.12: a random part, so that clocks that start together do not all become masters.
    const double part = static_cast<double>(random_() - std::minstd_rand::min()) /
                        static_cast<double>(std::minstd_rand::max() - std::minstd_rand::min());
    const auto random =
        Duration(static_cast<int64_t>(part * static_cast<double>(AnnounceInterval().count())));
    announce_time_out_ = now + config_.announce_receipt_timeout * AnnounceInterval() + random;
  }
  decision_due_ = true;
}

void Port::Fault(const Explanation& why) {
  if (peer_link_) peer_link_->Stop();
  ForgetMaster();
  foreign_masters_.Clear();
  why_ = why;
  if (unicast_) unicast_->Stop();
  Enter(PortEvent::kFault, why);
  decision_due_ = true;
}

bool Port::IsForUs(const Received& received, MonoTime now) {
  const wire::Header& header = received.message.header;
  const bool announce = header.type == wire::MessageType::kAnnounce;
  // To a 2008 peer minorSdoId is a reserved octet.
  const bool other_sdo =
      header.major_sdo_id != sender_.sdo_id >> 8 ||
      (header.minor_version > 0 && header.minor_sdo_id != (sender_.sdo_id & 0xFF));
  if (header.domain_number != sender_.domain_number) {
    ++counters_.domain_mismatches;
    if (announce) {
      heard_instead_.Note(
          Reason::kOtherDomain, header.source.clock,
          "a master announces itself in domain " + std::to_string(header.domain_number) +
              ", and this port is in domain " + std::to_string(sender_.domain_number),
          now);
    }
    return false;
  }
  if (other_sdo) {
    ++counters_.sdo_mismatches;
    if (announce) {
      const int sdo_id = header.major_sdo_id << 8 | header.minor_sdo_id;
      heard_instead_.Note(Reason::kOtherSdo, header.source.clock,
                          absl::StrFormat("a master announces itself with sdoId 0x%03x, and this "
                                          "port has sdoId 0x%03x",
                                          sdo_id, sender_.sdo_id),
                          now);
    }
    return false;
  }
  if (header.source.clock != clock_.own.clock_identity) return true;
  ++counters_.from_self;
  // What we never said ourselves was said by somebody who uses our identity.
  if (header.source == sender_.port && IsMasters(header.type) && !master_side_.running()) {
    ++counters_.duplicate_identities;
  }
  if (announce) {
    heard_instead_.Note(Reason::kLoop, header.source.clock,
                        "an Announce came that carries our own clockIdentity: the network loops, "
                        "or another clock uses it",
                        now);
  }
  return false;
}

void Port::Handle(const Received& received, MonoTime now) {
  const bool at_work = state_ != PortState::kInitializing && state_ != PortState::kFaulty;
  if (!at_work || !IsForUs(received, now)) return;
  if (OnPeerDelay(received)) return FollowLink(now);
  if (state_ == PortState::kDisabled) {
    ++counters_.ignored_type;
    return;
  }
  NoteOtherDelayMechanism(received, now);
  const bool locked = state_ == PortState::kSlave;
  const wire::MessageType type = received.message.header.type;
  if (unicast_ && IsMasters(type) && !unicast_->Accepts(received, now)) {
    ++(type == wire::MessageType::kAnnounce ? counters_.ignored_announce
                                            : counters_.not_from_parent);
    return;
  }
  // An unacceptable Announce is listed with the masters, and why.
  if (IsMasters(type) && type != wire::MessageType::kAnnounce &&
      !foreign_masters_.Accepts(received.message.header.source, received.from)) {
    ++counters_.not_from_parent;
    return;
  }
  switch (type) {
    case wire::MessageType::kAnnounce:
      return OnAnnounce(received, now);
    case wire::MessageType::kSync:
      return client_side_.OnSync(received, locked, now, actions_);
    case wire::MessageType::kFollowUp:
      return client_side_.OnFollowUp(received, locked, now, actions_);
    case wire::MessageType::kDelayResp:
      return client_side_.OnDelayResp(received, now, actions_);
    case wire::MessageType::kDelayReq:
      return OnDelayReq(received);
    case wire::MessageType::kSignaling:
      return OnSignaling(received, now);
    default:
      break;
  }
  ++counters_.ignored_type;
}

bool Port::OnPeerDelay(const Received& received) {
  if (!peer_link_) return false;
  switch (received.message.header.type) {
    case wire::MessageType::kPdelayReq:
      peer_link_->OnPdelayReq(received, actions_);
      return true;
    case wire::MessageType::kPdelayResp:
      peer_link_->OnPdelayResp(received, actions_);
      return true;
    case wire::MessageType::kPdelayRespFollowUp:
      peer_link_->OnPdelayRespFollowUp(received, actions_);
      return true;
    default:
      return false;
  }
}

void Port::NoteOtherDelayMechanism(const Received& received, MonoTime now) {
  const wire::Header& header = received.message.header;
  const bool other = peer_link_ ? header.type == wire::MessageType::kDelayReq ||
                                      header.type == wire::MessageType::kDelayResp
                                : IsPeerDelay(header.type);
  if (!other) return;
  heard_instead_.Note(Reason::kOtherDelayMechanism, header.source.clock,
                      peer_link_
                          ? "the network measures delays end to end, and this port peer to peer"
                          : "the network uses the peer delay mechanism, and this port end to end",
                      now);
}

bool Port::LinkChanged() const {
  if (state_ == PortState::kInitializing || state_ == PortState::kFaulty) return false;
  return MustBeDisabled() != (state_ == PortState::kDisabled);
}

void Port::FollowLink(MonoTime now) {
  if (!LinkChanged()) return;
  if (MustBeDisabled()) {
    ForgetMaster();
    foreign_masters_.Clear();
    Enter(PortEvent::kDisable, *peer_link_->Trouble());
  } else {
    Enter(PortEvent::kEnable,
          {Reason::kNoAnnounce, "waiting for the Announce messages of a master"});
    BeginListening(now);
  }
  decision_due_ = true;
}

void Port::OnDelayReq(const Received& received) {
  ++counters_.delay_req_received;
  const bool served = !unicast_ || unicast_->ServesDelay(received.from);
  if (state_ == PortState::kMaster && config_.delay_mechanism == DelayMechanism::kE2e && served) {
    return master_side_.OnDelayReq(received, actions_);
  }
  ++counters_.ignored_type;
}

void Port::OnSignaling(const Received& received, MonoTime now) {
  ++counters_.signaling_received;
  if (sender_.gptp) {
    const auto request = wire::FindTlv<wire::MessageIntervalRequest>(received.message.tlvs);
    if (request) master_side_.OnIntervalRequest(*request, now);
    return;
  }
  if (!unicast_) {
    ++counters_.ignored_type;
    return;
  }
  unicast_->OnSignaling(received, now, actions_);
  NoteGrants();
}

void Port::NoteGrants() {
  const ForeignMaster* master = parent();
  if (master == nullptr || !unicast_->asks()) return;
  client_side_.Granted(unicast_->Granted(master->address, UnicastService::kSync),
                       unicast_->Granted(master->address, UnicastService::kDelayResp));
}

void Port::HandleTransmitted(const wire::Message& sent, LocalTime stamp,
                             const wire::PortAddress& to) {
  if (sent.header.source != sender_.port) return;
  switch (sent.header.type) {
    case wire::MessageType::kDelayReq:
      return client_side_.OnDelayReqTransmitted(sent.header, stamp, actions_);
    case wire::MessageType::kSync:
      if (unicast_) return unicast_->OnSyncTransmitted(sent.header, to, stamp, actions_);
      return master_side_.OnSyncTransmitted(sent.header, stamp, actions_);
    case wire::MessageType::kPdelayReq:
    case wire::MessageType::kPdelayResp:
      if (peer_link_) peer_link_->OnTransmitted(sent, stamp, actions_);
      return;
    default:
      return;
  }
}

void Port::HeardElsewhere(const Explanation& why, const wire::ClockIdentity& by, MonoTime now) {
  heard_instead_.Note(why.reason, by, why.sentence, now);
}

void Port::OnAnnounce(const Received& received, MonoTime now) {
  ++counters_.announce_received;
  if (config_.master_only) return;
  const wire::Header& header = received.message.header;
  // Two masters with the same identity: the one that was heard first holds as long as it
  // is heard.
  const ForeignMaster* known = foreign_masters_.Find(header.source);
  if (known != nullptr && !(known->address == received.from) &&
      now - known->last_heard <= 2 * known->announce_interval) {
    ++counters_.duplicate_identities;
    return;
  }
  Duration default_interval = AnnounceInterval();
  if (unicast_) {
    // A unicast Announce does not tell its interval; the grant did.
    const auto granted = unicast_->Granted(received.from, UnicastService::kAnnounce);
    if (granted) default_interval = IntervalFromLog(*granted);
  }
  const auto [outcome, objection] =
      foreign_masters_.Hear(received.message, received.from, default_interval, now);
  const bool unused = outcome == ForeignMasters::Outcome::kTableFull ||
                      outcome == ForeignMasters::Outcome::kDuplicate;
  CountAnnounce(unused, objection);
  if (unused) return;
  decision_due_ = true;
  if (client_side_.parent() == header.source) {
    const auto& announce = std::get<wire::Announce>(received.message.body);
    client_side_.Announced(TimePropertiesFromAnnounce(header, announce), actions_);
  }
}

void Port::CountAnnounce(bool unused, Qualification objection) {
  switch (objection) {
    case Qualification::kLoop:
      ++counters_.looped_announces;
      return;
    case Qualification::kNotAcceptable:
    case Qualification::kClockClassUnacceptable:
      ++counters_.unacceptable_masters;
      return;
    default:
      if (unused || objection != Qualification::kQualified) ++counters_.ignored_announce;
  }
}

void Port::HandleTimers(MonoTime now) {
  if (now >= foreign_masters_.NextExpiry(config_.announce_receipt_timeout)) {
    foreign_masters_.Expire(config_.announce_receipt_timeout, now);
    decision_due_ = true;
  }
  if (now >= announce_time_out_) {
    announce_time_out_ = kNever;
    announce_timed_out_ = true;
    decision_due_ = true;
  }
  if (now >= qualified_at_) {
    qualified_at_ = kNever;
    Enter(PortEvent::kQualified, as_master_);
    if (!unicast_) master_side_.Start(now);
  }
  client_side_.HandleTimers(now, actions_);
  master_side_.HandleTimers(now, actions_);
  if (unicast_) {
    unicast_->HandleTimers(now, actions_);
    NoteGrants();
  }
  if (peer_link_) peer_link_->HandleTimers(now, actions_);
  FollowLink(now);
}

MonoTime Port::NextDeadline() const {
  // What was not taken yet is due at once.
  if (!actions_.empty() || LinkChanged()) return MonoTime::min();
  return std::min({foreign_masters_.NextExpiry(config_.announce_receipt_timeout),
                   announce_time_out_, qualified_at_, client_side_.NextDeadline(),
                   master_side_.NextDeadline(), unicast_ ? unicast_->NextDeadline() : kNever,
                   peer_link_ ? peer_link_->NextDeadline() : kNever});
}

void Port::SetCalibrated(bool calibrated) {
  if (calibrated) {
    Enter(PortEvent::kCalibrated, {Reason::kNone, "synchronized to the master"});
  } else {
    Enter(PortEvent::kUncalibrated, {Reason::kCalibrating, "the clock lost its calibration"});
  }
}

void Port::ClockStepped() {
  client_side_.ClockStepped();
  master_side_.ClockStepped();
  if (unicast_) unicast_->ClockStepped();
  if (peer_link_) peer_link_->ClockStepped();
}

Actions Port::TakeActions() {
  return std::exchange(actions_, {});
}

bool Port::TakeDecisionEvent() {
  return std::exchange(decision_due_, false);
}

const ForeignMaster* Port::parent() const {
  return client_side_.parent() ? foreign_masters_.Find(*client_side_.parent()) : nullptr;
}

PortView Port::View(MonoTime now) const {
  PortView view;
  view.state = state_;
  if (const ForeignMaster* best = foreign_masters_.Best(now)) view.best = best->data_set;
  view.announce_timed_out = announce_timed_out_;
  view.master_only = config_.master_only;
  return view;
}

void Port::Recommend(const Recommendation& recommendation, int qualification, MonoTime now) {
  switch (recommendation.state) {
    case PortState::kSlave:
      if (const ForeignMaster* best = foreign_masters_.Best(now); best != nullptr)
        Follow(*best, now);
      break;
    case PortState::kMaster:
      BecomeMaster(recommendation, qualification, now);
      break;
    case PortState::kPassive:
      BecomePassive(recommendation, now);
      break;
    default:
      if (follows()) LoseMaster();
  }
  if (!unicast_) return;
  const ForeignMaster* master = parent();
  unicast_->Follow(master != nullptr ? std::optional(master->address) : std::nullopt, now,
                   actions_);
}

void Port::Follow(const ForeignMaster& master, MonoTime now) {
  if (client_side_.parent() == master.port) return;
  foreign_masters_.SetParent(master.port);
  actions_.push_back(MasterChanged{master});
  client_side_.Follow(master, now, actions_);
  lost_.reset();
  Enter(PortEvent::kMasterSelected,
        {Reason::kCalibrating, "measuring against " + Name(master.port)});
}

void Port::LoseMaster() {
  const wire::PortIdentity gone = *client_side_.parent();
  ForgetMaster();
  lost_ = gone;
  Enter(PortEvent::kMasterLost,
        {Reason::kMasterLost, "no Announce from " + Name(gone) + " within its time-out"});
}

void Port::ForgetMaster() {
  if (!client_side_.parent()) return;
  client_side_.Stop();
  foreign_masters_.SetParent(std::nullopt);
  actions_.push_back(MasterChanged{std::nullopt});
}

void Port::BecomeMaster(const Recommendation& recommendation, int qualification, MonoTime now) {
  as_master_ = {Reason::kNone, recommendation.code == DecisionCode::kM3
                                   ? "passes on the time of another port's master"
                                   : "our own clock is the best: grandmaster"};
  if (state_ == PortState::kMaster) {
    why_ = as_master_;
    return;
  }
  if (state_ == PortState::kPreMaster && qualification > 0) return;
  ForgetMaster();
  Enter(PortEvent::kMasterRecommended,
        {Reason::kQualifyingAsMaster,
         "waits for " + std::to_string(qualification) + " announce intervals before it is master"});
  if (state_ != PortState::kPreMaster) return;
  if (qualification > 0) {
    qualified_at_ = now + qualification * AnnounceInterval();
    return;
  }
  Enter(PortEvent::kQualified, as_master_);
  if (!unicast_) master_side_.Start(now);
}

void Port::BecomePassive(const Recommendation& recommendation, MonoTime now) {
  const ForeignMaster* best = foreign_masters_.Best(now);
  const std::string better = best != nullptr ? Name(best->port) : "another master";
  ForgetMaster();
  Enter(PortEvent::kPassiveRecommended,
        {Reason::kBetterMaster,
         recommendation.code == DecisionCode::kP1
             ? better + " is better than our own clock, which never becomes a client"
             : better + " is the better way to the same grandmaster"});
}

Explanation Port::Explain(MonoTime now) const {
  if (state_ == PortState::kListening) return ExplainListening(now);
  if (state_ == PortState::kMaster && master_side_.timestamps_missing()) {
    return {Reason::kNoTimestamps, "our Sync messages leave without transmit timestamps"};
  }
  if (state_ == PortState::kDisabled && MustBeDisabled()) return *peer_link_->Trouble();
  if (state_ != PortState::kUncalibrated) return why_;
  if (unicast_) {
    if (auto trouble = unicast_->Trouble()) return *std::move(trouble);
  }
  Explanation trouble = client_side_.Trouble(now);
  if (trouble.reason == Reason::kCalibrating && peer_link_) {
    trouble = peer_link_->Trouble().value_or(trouble);
  }
  if (trouble.reason == Reason::kCalibrating) return why_;
  if (trouble.reason == Reason::kNoDelayResp || trouble.reason == Reason::kNoPdelayResp) {
    if (const auto* heard = heard_instead_.Of(Reason::kOtherDelayMechanism, now)) {
      return {heard->what.reason, trouble.sentence + "; " + heard->what.sentence};
    }
  }
  return trouble;
}

Explanation Port::ExplainListening(MonoTime now) const {
  if (unicast_) {
    if (auto trouble = unicast_->Trouble()) return *std::move(trouble);
  }
  if (foreign_masters_.size() > 0) {
    const Explanation unfollowed = ExplainUnfollowed(foreign_masters_);
    return {unfollowed.reason, why_.sentence + "; " + unfollowed.sentence};
  }
  const HeardInstead::Something* heard = heard_instead_.MostTelling(now);
  if (heard == nullptr) return why_;
  // Others may always have been there; a lost master that turns up elsewhere is telling.
  const bool telling = !lost_ || heard->by == lost_->clock;
  return {telling ? heard->what.reason : why_.reason, why_.sentence + "; " + heard->what.sentence};
}

void Port::Enter(PortEvent event, const Explanation& why) {
  const PortState next = NextState(state_, event);
  // UNCALIBRATED to itself is a transition where the master changes.
  if (next == state_ && event != PortEvent::kMasterSelected) return;
  why_ = why;
  if (next == state_) return;
  ++counters_.state_transitions;
  actions_.push_back(StateChanged{state_, next, why.sentence});
  state_ = next;
  if (state_ != PortState::kMaster) master_side_.Stop();
  if (unicast_) unicast_->SetServing(ServingIn(state_), actions_);
  if (state_ != PortState::kPreMaster) qualified_at_ = kNever;
  if (state_ != PortState::kListening) {
    announce_time_out_ = kNever;
    announce_timed_out_ = false;
  }
}

}  // namespace ptpcore::protocol
