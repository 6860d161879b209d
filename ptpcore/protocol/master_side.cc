#include "ptpcore/protocol/master_side.h"

#include <utility>
#include <variant>

#include "ptpcore/wire/tlv.h"

namespace ptpcore::protocol {
namespace {

// The moment after `due`, in step with it unless we are late by more than that.
MonoTime After(MonoTime due, Duration interval, MonoTime now) {
  return due + interval > now ? due + interval : now + interval;
}

}  // namespace

MasterSide::MasterSide(const Sender& sender, const MasterIntervals& intervals,
                       const ClockDataSets& clock, PortCounters& counters)
    : sender_(sender),
      announce_interval_(intervals.log_announce),
      sync_interval_(intervals.log_sync),
      log_min_delay_req_(intervals.log_min_delay_req),
      clock_(clock),
      counters_(counters) {}

void MasterSide::Start(MonoTime now) {
  running_ = true;
  announce_interval_.Reset();
  sync_interval_.Reset();
  next_announce_ = next_sync_ = now;
  awaited_.reset();
  lost_in_a_row_ = 0;
}

void MasterSide::Stop() {
  running_ = false;
  next_announce_ = next_sync_ = kNever;
  awaited_.reset();
  lost_in_a_row_ = 0;
}

void MasterSide::OnIntervalRequest(const wire::MessageIntervalRequest& request, MonoTime now) {
  if (!running_) return;
  const auto change = [now](MessageInterval& interval, int8_t requested, MonoTime& next) {
    const int8_t before = interval.log();
    const bool stopped_before = interval.stopped();
    interval.Request(requested);
    if (interval.stopped()) {
      next = kNever;
    } else if (stopped_before || interval.log() != before) {
      next = now;
    }
  };
  change(announce_interval_, request.log_announce_interval, next_announce_);
  change(sync_interval_, request.log_time_sync_interval, next_sync_);
}

void MasterSide::HandleTimers(MonoTime now, Actions& actions) {
  if (now >= next_announce_) {
    next_announce_ = After(next_announce_, IntervalFromLog(announce_interval_.log()), now);
    SendAnnounce(actions);
  }
  if (now >= next_sync_) {
    next_sync_ = After(next_sync_, IntervalFromLog(sync_interval_.log()), now);
    if (!clock_.time_ambiguous) SendSync(actions);
  }
}

void MasterSide::SendAnnounce(Actions& actions) {
  wire::Message announce =
      sender_.Message(wire::MessageType::kAnnounce, announce_sequence_++, announce_interval_.log());
  TlvOctets tlvs = FillAnnounce(clock_, announce);
  ++counters_.announce_sent;
  actions.push_back(SendGeneral{announce, std::nullopt, std::move(tlvs)});
}

void MasterSide::SendSync(Actions& actions) {
  if (awaited_) {
    ++counters_.lost_transmit_timestamps;
    ++lost_in_a_row_;
  }
  wire::Message sync =
      sender_.Message(wire::MessageType::kSync, sync_sequence_++, sync_interval_.log());
  sync.header.flags |= wire::kTwoStep;
  awaited_ = sync.header.sequence_id;
  ++counters_.sync_sent;
  actions.push_back(SendEvent{sync});
}

void MasterSide::OnSyncTransmitted(const wire::Header& sync, LocalTime t1, Actions& actions) {
  if (awaited_ != sync.sequence_id) return;
  awaited_.reset();
  lost_in_a_row_ = 0;
  if (clock_.time_ambiguous) return;
  wire::Message follow_up =
      sender_.Message(wire::MessageType::kFollowUp, sync.sequence_id, sync_interval_.log());
  follow_up.body = wire::FollowUp{SentTime(clock_, t1)};
  TlvOctets tlvs;
  if (sender_.gptp) wire::AppendTlv(clock_.time_base, tlvs);
  ++counters_.follow_up_sent;
  actions.push_back(SendGeneral{follow_up, std::nullopt, std::move(tlvs)});
}

// 11.3.2 c): the request's correction goes back to the client, who takes it off.
void MasterSide::OnDelayReq(const Received& received, Actions& actions) {
  if (!received.timestamp) {
    ++counters_.missing_receive_timestamps;
    return;
  }
  if (clock_.time_ambiguous) return;
  const wire::Header& request = received.message.header;
  wire::Message response =
      sender_.Message(wire::MessageType::kDelayResp, request.sequence_id, log_min_delay_req_);
  response.header.correction = request.correction;
  response.body = wire::DelayResp{SentTime(clock_, *received.timestamp), request.source};
  ++counters_.delay_resp_sent;
  if (!request.Has(wire::kUnicast)) {
    actions.push_back(SendGeneral{response});
    return;
  }
  // A client that asked us alone is answered alone (hybrid E2E); table 42 has no
  // interval in such a response.
  response.header.flags |= wire::kUnicast;
  response.header.log_message_interval = wire::kNoLogInterval;
  actions.push_back(SendGeneral{response, received.from});
}

}  // namespace ptpcore::protocol
