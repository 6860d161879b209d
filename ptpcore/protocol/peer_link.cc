#include "ptpcore/protocol/peer_link.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace ptpcore::protocol {
namespace {

// So many requests in a row are trouble, not bad luck.
constexpr int kTrouble = 4;

AsCapableConfig AsCapableConfigOf(const Sender& sender, const PeerLinkConfig& config) {
  AsCapableConfig c;
  c.own_identity = sender.port.clock;
  c.threshold_ns = config.as_capable_threshold_ns;
  return c;
}

// t2 and t3 go out as our clock shows them: only their difference is used, and it must
// not jump with an offset to TAI. Absent before 1970.
std::optional<wire::Timestamp> ToTimestamp(LocalTime time) {
  constexpr int64_t kSecond = 1'000'000'000;
  if (time.ns < 0) return std::nullopt;
  return wire::Timestamp{static_cast<uint64_t>(time.ns / kSecond),
                         static_cast<uint32_t>(time.ns % kSecond)};
}

}  // namespace

PeerLink::PeerLink(const Sender& sender, const PeerLinkConfig& config, PortCounters& counters)
    : sender_(sender),
      counters_(counters),
      delay_(config.log_min_pdelay_req_interval),
      as_capable_(AsCapableConfigOf(sender, config)) {}

void PeerLink::Start(MonoTime now) {
  ForgetNeighbor();
  minor_version_.Reset();
  neighbor_heard_ = false;
  unstamped_in_a_row_ = 0;
  responder_.Abandon();
  delay_.Start(now);
}

void PeerLink::Stop() {
  ForgetNeighbor();
  responder_.Abandon();
  delay_.Stop();
}

void PeerLink::ForgetNeighbor() {
  neighbor_.reset();
  rate_ratio_.Forget();
  as_capable_.Reset();
  exchanges_ = 0;
}

void PeerLink::ClockStepped() {
  delay_.Abandon();
  responder_.Abandon();
  rate_ratio_.StartOver();
}

wire::Message PeerLink::Message(wire::MessageType type, uint16_t sequence_id) const {
  Sender sender = sender_;
  sender.minor_version = minor_version_.minor_version();
  return sender.Message(type, sequence_id);
}

void PeerLink::JudgeLastRequest() {
  const bool unanswered = delay_.lost_in_a_row() > 0 && neighbor_heard_;
  if (unanswered || delay_.untimed_in_a_row() > 0) minor_version_.Failed();
}

void PeerLink::HandleTimers(MonoTime now, Actions& actions) {
  if (now < delay_.next_request()) return;
  const uint16_t sequence_id = delay_.BeginRequest(now);
  JudgeLastRequest();
  wire::Message request = Message(wire::MessageType::kPdelayReq, sequence_id);
  // 802.1AS 11.4.3 states the interval, IEEE 1588 table 42 does not.
  if (sender_.gptp) request.header.log_message_interval = delay_.log_interval();
  as_capable_.OnRequestEnded(delay_.lost_in_a_row(), delay_.multiple_in_a_row());
  ++counters_.pdelay_req_sent;
  actions.push_back(SendEvent{request});
}

void PeerLink::OnPdelayReq(const Received& received, Actions& actions) {
  ++counters_.pdelay_req_received;
  neighbor_heard_ = true;
  if (!received.timestamp) {
    ++counters_.missing_receive_timestamps;
    return;
  }
  const auto t2 = ToTimestamp(*received.timestamp);
  if (!t2) return;
  const wire::Header& request = received.message.header;
  wire::Message response = Message(wire::MessageType::kPdelayResp, request.sequence_id);
  response.header.flags |= wire::kTwoStep;
  response.body = wire::PdelayResp{*t2, request.source};
  responder_.OnRequest(request.source, request.sequence_id, request.correction);
  ++counters_.pdelay_resp_sent;
  actions.push_back(SendEvent{response});
}

void PeerLink::OnTransmitted(const wire::Message& sent, LocalTime stamp, Actions& actions) {
  if (sent.header.type == wire::MessageType::kPdelayReq) {
    OnExchange(delay_.OnTransmitTimestamp(sent.header.sequence_id, stamp), actions);
    return;
  }
  const auto* response = std::get_if<wire::PdelayResp>(&sent.body);
  if (response == nullptr) return;
  const auto answer =
      responder_.OnTransmitTimestamp(response->requesting_port, sent.header.sequence_id, stamp);
  const auto t3 = ToTimestamp(stamp);
  if (!answer || !t3) return;
  wire::Message follow_up = Message(wire::MessageType::kPdelayRespFollowUp, answer->sequence_id);
  follow_up.header.correction = answer->correction;
  follow_up.body = wire::PdelayRespFollowUp{*t3, answer->requester};
  ++counters_.pdelay_resp_follow_up_sent;
  actions.push_back(SendGeneral{follow_up});
}

bool PeerLink::IsToUs(const wire::PortIdentity& requesting) {
  if (requesting == sender_.port) return true;
  ++counters_.ignored_type;  // the answer to another port on the same segment
  return false;
}

void PeerLink::OnPdelayResp(const Received& received, Actions& actions) {
  const wire::Header& header = received.message.header;
  const auto& body = std::get<wire::PdelayResp>(received.message.body);
  if (!IsToUs(body.requesting_port)) return;
  ++counters_.pdelay_resp_received;
  if (!received.timestamp) {
    ++counters_.missing_receive_timestamps;
    ++unstamped_in_a_row_;
    return;
  }
  unstamped_in_a_row_ = 0;
  const auto t2_ns = wire::ToNanoseconds(body.request_receipt);
  if (!t2_ns) {
    ++counters_.invalid_timestamps;
    return;
  }
  OnExchange(delay_.OnResponse({header.sequence_id, header.source, header.Has(wire::kTwoStep),
                                *t2_ns, header.correction, *received.timestamp}),
             actions);
}

void PeerLink::OnPdelayRespFollowUp(const Received& received, Actions& actions) {
  const wire::Header& header = received.message.header;
  const auto& body = std::get<wire::PdelayRespFollowUp>(received.message.body);
  if (!IsToUs(body.requesting_port)) return;
  ++counters_.pdelay_resp_follow_up_received;
  const auto t3_ns = wire::ToNanoseconds(body.response_origin);
  if (!t3_ns) {
    ++counters_.invalid_timestamps;
    return;
  }
  OnExchange(delay_.OnFollowUp({header.sequence_id, header.source, *t3_ns, header.correction}),
             actions);
}

void PeerLink::OnExchange(const std::optional<CompletePeerDelay>& exchange, Actions& actions) {
  if (!exchange) return;
  minor_version_.Worked();
  if (neighbor_ != exchange->responder) {
    ForgetNeighbor();
    neighbor_ = exchange->responder;
  }
  if (exchange->neighbor) rate_ratio_.Add(exchange->neighbor->t3_ns, exchange->t4);
  link_delays_ns_[exchanges_++ % kKept] = exchange->mean_link_delay_ns(rate_ratio_.ratio());
  as_capable_.OnExchange(exchange->responder.clock, *mean_link_delay_ns(), rate_ratio_.valid());
  actions.push_back(PeerDelayMeasured{*exchange, rate_ratio_.ratio()});
}

std::optional<bool> PeerLink::as_capable() const {
  if (!sender_.gptp) return std::nullopt;
  return as_capable_.capable();
}

std::optional<double> PeerLink::mean_link_delay_ns() const {
  if (exchanges_ == 0) return std::nullopt;
  std::array<double, kKept> sorted = link_delays_ns_;
  const size_t count = std::min(exchanges_, kKept);
  std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count));
  return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

std::optional<double> PeerLink::neighbor_rate_ratio() const {
  if (!rate_ratio_.valid()) return std::nullopt;
  return rate_ratio_.ratio();
}

std::optional<Explanation> PeerLink::Trouble() const {
  if (delay_.untimed_in_a_row() >= kTrouble) {
    return Explanation{Reason::kNoTimestamps,
                       "our Pdelay_Req messages leave without transmit timestamps"};
  }
  if (unstamped_in_a_row_ >= kTrouble) {
    return Explanation{Reason::kNoTimestamps,
                       "the Pdelay_Resp messages of the neighbour come, but without receive "
                       "timestamps of ours"};
  }
  if (!usable()) {
    return Explanation{Reason::kNotAsCapable, "not asCapable: " + as_capable_.reason()};
  }
  if (delay_.lost_in_a_row() >= kTrouble) {
    return Explanation{Reason::kNoPdelayResp, "nobody answers our Pdelay_Req messages"};
  }
  if (delay_.ambiguous()) {
    return Explanation{Reason::kNoPdelayResp,
                       "more than one port answers our Pdelay_Req messages: something on the link "
                       "forwards peer delay messages, which only end-to-end networks do"};
  }
  return std::nullopt;
}

}  // namespace ptpcore::protocol
