#include "ptpcore/protocol/client_port.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace ptpcore::protocol {
namespace {

// controlField of a Delay_Req, table 41; only 2008 and older peers look at it.
constexpr uint8_t kDelayReqControl = 1;

ForeignMasterRules RulesFor(const PortConfig& config) {
  ForeignMasterRules rules;
  rules.receiver = config.identity;
  return rules;
}

std::string Describe(const ForeignMaster& master) {
  return "master " + wire::ToString(master.port);
}

}  // namespace

ClientPort::ClientPort(const PortConfig& config)
    : config_(config), foreign_masters_(RulesFor(config)), delay_(config.random_seed) {}

Actions ClientPort::Initialized() {
  Actions actions;
  ForgetMaster(actions);
  foreign_masters_.Clear();
  other_domain_.reset();
  if (state_ != PortState::kInitializing) Enter(PortEvent::kInitialize, "starting over", actions);
  Enter(PortEvent::kInitialized, "waiting for the Announce messages of a master", actions);
  return actions;
}

Actions ClientPort::Fault(const std::string& reason) {
  Actions actions;
  ForgetMaster(actions);
  foreign_masters_.Clear();
  state_reason_ = reason;
  Enter(PortEvent::kFault, reason, actions);
  return actions;
}

Actions ClientPort::Handle(const Received& received, MonoTime now) {
  Actions actions;
  const wire::Header& header = received.message.header;
  if (state_ == PortState::kInitializing || state_ == PortState::kFaulty) return actions;
  // To a 2008 peer minorSdoId is a reserved octet.
  const bool other_sdo = header.major_sdo_id != config_.major_sdo_id ||
                         (header.minor_version > 0 && header.minor_sdo_id != 0);
  if (header.domain_number != config_.domain_number || other_sdo) {
    ++counters_.domain_mismatches;
    if (header.type == wire::MessageType::kAnnounce &&
        header.domain_number != config_.domain_number) {
      other_domain_ = header.domain_number;
    }
    return actions;
  }
  if (header.source.clock == config_.identity.clock) {
    ++counters_.from_self;
    return actions;
  }
  switch (header.type) {
    case wire::MessageType::kAnnounce:
      OnAnnounce(received, now, actions);
      break;
    case wire::MessageType::kSync:
      OnSync(received, std::get<wire::Sync>(received.message.body), now, actions);
      break;
    case wire::MessageType::kFollowUp:
      OnFollowUp(received, std::get<wire::FollowUp>(received.message.body), now, actions);
      break;
    case wire::MessageType::kDelayResp:
      OnDelayResp(received, std::get<wire::DelayResp>(received.message.body), actions);
      break;
    default:
      ++counters_.ignored_type;
  }
  return actions;
}

void ClientPort::OnAnnounce(const Received& received, MonoTime now, Actions& actions) {
  ++counters_.announce_received;
  const auto& announce = std::get<wire::Announce>(received.message.body);
  const auto [outcome, objection] = foreign_masters_.Hear(
      received.message, received.from, IntervalFromLog(config_.log_announce_interval), now);
  const bool unused = outcome == ForeignMasters::Outcome::kTableFull ||
                      outcome == ForeignMasters::Outcome::kDuplicate;
  if (unused || objection != Qualification::kQualified) ++counters_.ignored_announce;
  if (unused) return;
  SelectMaster(now, actions);
  if (parent_ && received.message.header.source == *parent_) {
    utc_.Announced(TimePropertiesFromAnnounce(received.message.header, announce));
    TellUtcDecision(actions);
  }
}

void ClientPort::OnSync(const Received& received, const wire::Sync& sync, MonoTime now,
                        Actions& actions) {
  ++counters_.sync_received;
  const wire::Header& header = received.message.header;
  if (!IsFromParent(header)) {
    ++counters_.not_from_parent;
    return;
  }
  if (!received.timestamp) {
    ++counters_.missing_receive_timestamps;
    return;
  }
  if (last_sync_sequence_ == header.sequence_id) {
    ++counters_.sequence_mismatches;  // the network delivered it twice
    return;
  }
  two_step_ = header.Has(wire::kTwoStep);
  if (header.log_message_interval != wire::kNoLogInterval) {
    log_sync_interval_ = header.log_message_interval;
  }
  if (*two_step_) {
    const auto complete =
        syncs_.OnTwoStepSync(header.sequence_id, header.correction, *received.timestamp);
    if (complete) OnCompleteSync(*complete, now, actions);
    return;
  }
  const std::optional<int64_t> t1_ns = wire::ToNanoseconds(sync.origin);
  if (!t1_ns) {
    ++counters_.invalid_timestamps;
    return;
  }
  OnCompleteSync({header.sequence_id, *t1_ns, *received.timestamp, header.correction}, now,
                 actions);
}

void ClientPort::OnFollowUp(const Received& received, const wire::FollowUp& follow_up, MonoTime now,
                            Actions& actions) {
  ++counters_.follow_up_received;
  const wire::Header& header = received.message.header;
  if (!IsFromParent(header)) {
    ++counters_.not_from_parent;
    return;
  }
  const std::optional<int64_t> t1_ns = wire::ToNanoseconds(follow_up.precise_origin);
  if (!t1_ns) {
    ++counters_.invalid_timestamps;
    return;
  }
  if (last_sync_sequence_ == header.sequence_id) {
    ++counters_.sequence_mismatches;
    return;
  }
  const auto complete = syncs_.OnFollowUp(header.sequence_id, *t1_ns, header.correction);
  if (complete) OnCompleteSync(*complete, now, actions);
}

void ClientPort::OnCompleteSync(const CompleteSync& sync, MonoTime now, Actions& actions) {
  last_sync_sequence_ = sync.sequence_id;
  const bool locked = state_ == PortState::kSlave;
  const int applied_before_s = utc_.applied_s();
  const int64_t t1_utc_ns = utc_.FromSync(sync.t1_ns, sync.t2.ns, locked);
  if (utc_.applied_s() != applied_before_s) TellUtcDecision(actions);
  // Requests begin once a Sync came: without its offset a delay means nothing (11.3.2).
  if (!delay_.running()) delay_.Start(now);
  actions.push_back(SyncMeasured{sync.sequence_id, t1_utc_ns, sync.t2, sync.correction});
}

void ClientPort::OnDelayResp(const Received& received, const wire::DelayResp& response,
                             Actions& actions) {
  if (response.requesting_port != config_.identity) return;  // another client's; ordinary
  ++counters_.delay_resp_received;
  const wire::Header& header = received.message.header;
  if (!IsFromParent(header)) {
    ++counters_.not_from_parent;
    return;
  }
  if (!delay_.Expects(header.sequence_id)) {
    ++counters_.sequence_mismatches;
    return;
  }
  const std::optional<int64_t> t4_ns = wire::ToNanoseconds(response.receive);
  if (!t4_ns) {
    ++counters_.invalid_timestamps;
    return;
  }
  delay_.SetLogInterval(header.log_message_interval);
  OnCompleteDelay(delay_.OnResponse(header.sequence_id, *t4_ns, header.correction), actions);
}

void ClientPort::OnCompleteDelay(const std::optional<CompleteDelay>& delay,
                                 Actions& actions) const {
  if (!delay) return;
  actions.push_back(
      DelayMeasured{delay->sequence_id, delay->t3, utc_.Convert(delay->t4_ns), delay->correction});
}

Actions ClientPort::HandleTransmitTimestamp(uint16_t sequence_id, LocalTime t3) {
  Actions actions;
  OnCompleteDelay(delay_.OnTransmitTimestamp(sequence_id, t3), actions);
  return actions;
}

Actions ClientPort::HandleTimers(MonoTime now) {
  Actions actions;
  if (now >= foreign_masters_.NextExpiry(config_.announce_receipt_timeout)) {
    foreign_masters_.Expire(config_.announce_receipt_timeout, now);
    SelectMaster(now, actions);
  }
  if (now >= delay_.next_request()) {
    wire::Message request;
    request.header.type = wire::MessageType::kDelayReq;
    request.header.domain_number = config_.domain_number;
    request.header.major_sdo_id = config_.major_sdo_id;
    request.header.source = config_.identity;
    request.header.sequence_id = delay_.BeginRequest(now);
    request.header.control = kDelayReqControl;
    request.body = wire::DelayReq{};
    ++counters_.delay_req_sent;
    actions.push_back(SendEvent{request});
  }
  return actions;
}

MonoTime ClientPort::NextDeadline() const {
  return std::min(foreign_masters_.NextExpiry(config_.announce_receipt_timeout),
                  delay_.next_request());
}

Actions ClientPort::SetCalibrated(bool calibrated) {
  Actions actions;
  if (calibrated) {
    Enter(PortEvent::kCalibrated, "synchronized to the master", actions);
  } else {
    Enter(PortEvent::kUncalibrated, "the clock lost its calibration", actions);
  }
  return actions;
}

std::string ClientPort::state_reason() const {
  if (state_ != PortState::kListening || !other_domain_ || foreign_masters_.size() > 0) {
    return state_reason_;
  }
  return state_reason_ + "; a master announces itself in domain " + std::to_string(*other_domain_) +
         ", and this port is in domain " + std::to_string(config_.domain_number);
}

void ClientPort::ClockStepped() {
  syncs_.Clear();
  delay_.Abandon();
}

const ForeignMaster* ClientPort::parent() const {
  return parent_ ? foreign_masters_.Find(*parent_) : nullptr;
}

bool ClientPort::IsFromParent(const wire::Header& header) const {
  return parent_ && header.source == *parent_ && !header.Has(wire::kAlternateMaster);
}

// State decision of a client-only clock, 9.3.3 with defaultDS.slaveOnly: the best
// qualified master is followed; there is no own data set to compare it with.
void ClientPort::SelectMaster(MonoTime now, Actions& actions) {
  const ForeignMaster* best = foreign_masters_.Best(now);
  if (best == nullptr) {
    if (parent_) LoseMaster(actions);
    return;
  }
  if (!parent_ || best->port != *parent_) Follow(*best, actions);
}

void ClientPort::Follow(const ForeignMaster& master, Actions& actions) {
  ForgetMeasurements();
  parent_ = master.port;
  foreign_masters_.SetParent(parent_);
  utc_.Announced(TimePropertiesFromAnnounce(master.header, master.announce));
  actions.push_back(MasterChanged{master});
  TellUtcDecision(actions);
  Enter(PortEvent::kMasterSelected, "measuring against " + Describe(master), actions);
}

void ClientPort::LoseMaster(Actions& actions) {
  const std::string gone = wire::ToString(*parent_);
  ForgetMaster(actions);
  Enter(PortEvent::kMasterLost, "no Announce from master " + gone + " within its time-out",
        actions);
}

void ClientPort::ForgetMaster(Actions& actions) {
  if (!parent_) return;
  parent_.reset();
  foreign_masters_.SetParent(std::nullopt);
  ForgetMeasurements();
  utc_told_.clear();
  actions.push_back(MasterChanged{std::nullopt});
}

void ClientPort::ForgetMeasurements() {
  syncs_.Clear();
  delay_.Stop();
  last_sync_sequence_.reset();
  two_step_.reset();
  log_sync_interval_.reset();
  utc_.Reset();
}

void ClientPort::TellUtcDecision(Actions& actions) {
  std::string explanation = utc_.Explanation();
  if (explanation == utc_told_) return;
  utc_told_ = std::move(explanation);
  actions.push_back(UtcDecisionChanged{utc_told_});
}

void ClientPort::Enter(PortEvent event, const std::string& reason, Actions& actions) {
  const PortState next = NextState(state_, event);
  // UNCALIBRATED to itself is a transition where the master changes.
  if (next == state_ && event != PortEvent::kMasterSelected) return;
  state_reason_ = reason;
  if (next == state_) return;
  ++counters_.state_transitions;
  actions.push_back(StateChanged{state_, next, reason});
  state_ = next;
}

}  // namespace ptpcore::protocol
