#include "ptpcore/protocol/client_side.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "ptpcore/wire/tlv.h"

namespace ptpcore::protocol {
namespace {

// Without something for so many Sync intervals, but at least so long, it is missing.
constexpr int kMissingIntervals = 8;
constexpr Duration kMissingAtLeast = std::chrono::seconds(4);
constexpr int kMissingResponses = 4;

// No network delays a message by more: what a correctionField says beyond is wrong, and
// the greatest value means that it could not be told (13.3.2.9).
constexpr int64_t kMaxCorrectionScaledNs = int64_t{1'000'000'000} << 16;

bool IsPossible(wire::TimeInterval correction) {
  return correction.scaled_ns >= -kMaxCorrectionScaledNs &&
         correction.scaled_ns <= kMaxCorrectionScaledNs;
}

}  // namespace

ClientSide::ClientSide(const Sender& sender, const ClientSideConfig& config, PortCounters& counters)
    : sender_(sender), config_(config), counters_(counters), delay_(config.random_seed) {}

void ClientSide::Follow(const ForeignMaster& master, MonoTime now, Actions& actions) {
  ForgetMeasurements();
  if (parent_ != master.port) minor_version_.Reset();
  parent_ = master.port;
  parent_address_ = master.address;
  sync_heard_ = sync_measured_ = now;
  utc_.Announced(TimePropertiesFromAnnounce(master.header, master.announce));
  TellUtcDecision(actions);
}

void ClientSide::Stop() {
  parent_.reset();
  ForgetMeasurements();
  utc_told_.clear();
}

void ClientSide::ForgetMeasurements() {
  syncs_.Clear();
  delay_.Stop();
  last_sync_sequence_.reset();
  two_step_.reset();
  log_sync_interval_.reset();
  granted_log_delay_resp_.reset();
  time_base_.reset();
  utc_.Reset();
  last_sync_stamped_ = true;
  requests_unanswered_ = requests_untimed_ = 0;
}

void ClientSide::Announced(const TimeProperties& properties, Actions& actions) {
  utc_.Announced(properties);
  TellUtcDecision(actions);
}

bool ClientSide::Accept(const Received& received) {
  const wire::Header& header = received.message.header;
  if (!parent_ || header.source != *parent_ || header.Has(wire::kAlternateMaster)) {
    ++counters_.not_from_parent;
    return false;
  }
  if (!(received.from == parent_address_)) {
    ++counters_.duplicate_identities;
    return false;
  }
  if (!IsPossible(header.correction)) {
    ++counters_.invalid_corrections;
    return false;
  }
  return true;
}

std::optional<int64_t> ClientSide::ToMasterTime(const wire::Timestamp& timestamp) {
  const std::optional<int64_t> ns = wire::ToNanoseconds(timestamp);
  // UTC before 1970 can only be a mistake.
  if (ns && utc_.Convert(*ns) >= 0) return ns;
  ++counters_.invalid_timestamps;
  return std::nullopt;
}

void ClientSide::OnSync(const Received& received, bool locked, MonoTime now, Actions& actions) {
  ++counters_.sync_received;
  if (!Accept(received)) return;
  const wire::Header& header = received.message.header;
  sync_heard_ = now;
  last_sync_stamped_ = received.timestamp.has_value();
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
    if (complete) OnCompleteSync(*complete, locked, now, actions);
    return;
  }
  const auto t1_ns = ToMasterTime(std::get<wire::Sync>(received.message.body).origin);
  if (!t1_ns) return;
  OnCompleteSync({header.sequence_id, *t1_ns, *received.timestamp, header.correction}, locked, now,
                 actions);
}

void ClientSide::OnFollowUp(const Received& received, bool locked, MonoTime now, Actions& actions) {
  ++counters_.follow_up_received;
  if (!Accept(received)) return;
  const wire::Header& header = received.message.header;
  const auto t1_ns = ToMasterTime(std::get<wire::FollowUp>(received.message.body).precise_origin);
  if (!t1_ns) return;
  if (last_sync_sequence_ == header.sequence_id) {
    ++counters_.sequence_mismatches;
    return;
  }
  if (sender_.gptp) NoteTimeBase(received.message.tlvs, actions);
  const auto complete = syncs_.OnFollowUp(header.sequence_id, *t1_ns, header.correction);
  if (complete) OnCompleteSync(*complete, locked, now, actions);
}

void ClientSide::NoteTimeBase(absl::Span<const uint8_t> tlvs, Actions& actions) {
  const auto told = wire::FindTlv<wire::FollowUpInformation>(tlvs);
  if (!told) return;
  if (time_base_ && time_base_->gm_time_base_indicator != told->gm_time_base_indicator) {
    actions.push_back(TimeBaseChanged{"the grandmaster of master " + wire::ToString(*parent_) +
                                      " has set its clock, or another one is behind it"});
  }
  time_base_ = told;
}

void ClientSide::OnCompleteSync(const CompleteSync& sync, bool locked, MonoTime now,
                                Actions& actions) {
  last_sync_sequence_ = sync.sequence_id;
  sync_measured_ = now;
  const int applied_before_s = utc_.applied_s();
  const int64_t t1_utc_ns = utc_.FromSync(sync.t1_ns, sync.t2.ns, locked);
  if (utc_.applied_s() != applied_before_s) TellUtcDecision(actions);
  // Requests begin once a Sync came: without its offset a delay means nothing (11.3.2).
  const bool may_request =
      config_.request_response && (!config_.negotiated || granted_log_delay_resp_);
  if (may_request && !delay_.running()) {
    delay_.Start(now, granted_log_delay_resp_.value_or(config_.log_min_delay_req_interval));
  }
  if (utc_.AmbiguousAt(sync.t1_ns)) return;
  actions.push_back(SyncMeasured{sync.sequence_id, t1_utc_ns, sync.t2, sync.correction});
}

void ClientSide::OnDelayResp(const Received& received, MonoTime, Actions& actions) {
  const auto& response = std::get<wire::DelayResp>(received.message.body);
  if (response.requesting_port != sender_.port) return;  // another client's; ordinary
  ++counters_.delay_resp_received;
  if (!Accept(received)) return;
  const wire::Header& header = received.message.header;
  if (!delay_.Expects(header.sequence_id)) {
    ++counters_.sequence_mismatches;
    return;
  }
  const auto t4_ns = ToMasterTime(response.receive);
  if (!t4_ns) return;
  requests_unanswered_ = 0;
  delay_.SetLogInterval(header.log_message_interval);
  OnCompleteDelay(delay_.OnResponse(header.sequence_id, *t4_ns, header.correction), actions);
}

void ClientSide::Granted(std::optional<int8_t> log_sync, std::optional<int8_t> log_delay_resp) {
  log_sync_interval_ = log_sync;
  granted_log_delay_resp_ = log_delay_resp;
  if (log_delay_resp) {
    delay_.SetLogInterval(*log_delay_resp);
  } else {
    delay_.Stop();
  }
}

void ClientSide::OnDelayReqTransmitted(const wire::Header& request, LocalTime t3,
                                       Actions& actions) {
  requests_untimed_ = 0;
  OnCompleteDelay(delay_.OnTransmitTimestamp(request.sequence_id, t3), actions);
}

void ClientSide::OnCompleteDelay(const std::optional<CompleteDelay>& delay, Actions& actions) {
  if (delay) minor_version_.Worked();
  if (!delay || utc_.AmbiguousAt(delay->t4_ns)) return;
  actions.push_back(
      DelayMeasured{delay->sequence_id, delay->t3, utc_.Convert(delay->t4_ns), delay->correction});
}

void ClientSide::HandleTimers(MonoTime now, Actions& actions) {
  if (now < delay_.next_request()) return;
  JudgeLastRequest();
  Sender sender = sender_;
  sender.minor_version = minor_version_.minor_version();
  wire::Message request = sender.Message(wire::MessageType::kDelayReq, delay_.BeginRequest(now));
  std::optional<wire::PortAddress> to;
  if (config_.hybrid) {
    request.header.flags = wire::kUnicast;
    to = parent_address_;
  }
  ++requests_unanswered_;
  ++requests_untimed_;
  ++counters_.delay_req_sent;
  actions.push_back(SendEvent{request, to});
}

void ClientSide::JudgeLastRequest() {
  // A minorSdoId needs minor version 1.
  if ((sender_.sdo_id & 0xFF) != 0) return;
  if (requests_unanswered_ > 0 || requests_untimed_ > 0) minor_version_.Failed();
}

void ClientSide::ClockStepped() {
  syncs_.Clear();
  delay_.Abandon();
}

Explanation ClientSide::Trouble(MonoTime now) const {
  const std::string master = parent_ ? "master " + wire::ToString(*parent_) : "no master";
  const Duration limit = std::max(
      kMissingAtLeast, kMissingIntervals * IntervalFromLog(log_sync_interval_.value_or(0)));
  if (now - sync_heard_ > limit) {
    return {Reason::kNoSync, master + " announces itself, but its Sync messages do not come"};
  }
  if (now - sync_measured_ > limit) {
    if (!last_sync_stamped_) {
      return {Reason::kNoTimestamps,
              "the Sync messages of " + master + " come, but without receive timestamps of ours"};
    }
    return {Reason::kNoFollowUp,
            "the Sync messages of " + master + " come, but no usable Follow_Up to them"};
  }
  if (requests_untimed_ > kMissingResponses) {
    return {Reason::kNoTimestamps, "our Delay_Req messages leave without transmit timestamps"};
  }
  if (requests_unanswered_ > kMissingResponses) {
    return {Reason::kNoDelayResp, master + " does not answer our Delay_Req messages"};
  }
  return {Reason::kCalibrating, "measuring against " + master};
}

void ClientSide::TellUtcDecision(Actions& actions) {
  std::string explanation = utc_.Explanation();
  if (explanation == utc_told_) return;
  utc_told_ = std::move(explanation);
  actions.push_back(UtcDecisionChanged{utc_told_});
}

}  // namespace ptpcore::protocol
