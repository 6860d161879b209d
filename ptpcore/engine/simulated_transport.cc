#include "ptpcore/engine/simulated_transport.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "ptpcore/wire/codec.h"

namespace ptpcore::engine {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// A quiet switch: 50 us, and 5 us of queueing on average.
constexpr sim::LinkModel kLink{/*constant_ns=*/50'000, /*queue_ns=*/5'000};

// From Pdelay_Req to Pdelay_Resp.
constexpr int64_t kTurnaround = 200'000;

// Since 2017; the master sends TAI, as one with a GNSS receiver does.
constexpr int64_t kTaiMinusUtc = 37;

}  // namespace

SimulatedTransport::SimulatedTransport(clock::KernelTime time, uint8_t domain_number, uint64_t seed,
                                       SimulatedMaster master)
    : time_(std::move(time)),
      domain_number_(domain_number),
      random_(seed),
      master_(master),
      next_second_ns_(time_.monotonic_ns()) {}

int64_t SimulatedTransport::next_wake_ns() const {
  return arrivals_.empty() ? next_second_ns_ : std::min(next_second_ns_, arrivals_.begin()->first);
}

absl::Status SimulatedTransport::Dispatch(absl::Span<const pollfd>, Sink sink) {
  const int64_t now_ns = time_.monotonic_ns();
  if (now_ns >= next_second_ns_) {
    SendAnnounce(now_ns);
    SendSync(now_ns);
    ++sequence_id_;
    next_second_ns_ = now_ns + kSecond;
  }
  while (!arrivals_.empty() && arrivals_.begin()->first <= now_ns) {
    const Arrival arrival = std::move(arrivals_.extract(arrivals_.begin()).mapped());
    net::Packet packet;
    packet.kind = arrival.kind;
    packet.octets = arrival.octets;
    packet.realtime_ns = arrival.realtime_ns;
    packet.from = {wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, master_.number}};
    sink(packet);
  }
  return absl::OkStatus();
}

absl::Status SimulatedTransport::SendEvent(absl::Span<const uint8_t> octets,
                                           const wire::PortAddress*) {
  const int64_t now_ns = time_.monotonic_ns();
  const auto decoded = wire::Decode(octets);
  const auto* request = std::get_if<wire::Message>(&decoded);
  if (request == nullptr) return absl::OkStatus();
  const bool peer_delay = request->header.type == wire::MessageType::kPdelayReq;
  if (request->header.type != wire::MessageType::kDelayReq && !peer_delay) return absl::OkStatus();
  Plan(net::Packet::Kind::kTransmitted, *request, now_ns, 0);
  const std::optional<double> there_ns = sim::Travel(kLink, random_);
  if (!packets_pass_ || !there_ns) return absl::OkStatus();
  if (peer_delay) {
    AnswerPdelayReq(*request, now_ns + static_cast<int64_t>(*there_ns));
    return absl::OkStatus();
  }
  wire::Message response = FromMaster(wire::MessageType::kDelayResp, request->header.sequence_id);
  const int64_t received_ns = time_.realtime_ns() + static_cast<int64_t>(*there_ns);
  response.header.log_message_interval = 0;
  response.body = wire::DelayResp{MasterTime(received_ns), request->header.source};
  PlanFromMaster(net::Packet::Kind::kGeneral, response, now_ns + static_cast<int64_t>(*there_ns));
  return absl::OkStatus();
}

void SimulatedTransport::AnswerPdelayReq(const wire::Message& request, int64_t arrival_ns) {
  const int64_t t2_ns = time_.realtime_ns() + (arrival_ns - time_.monotonic_ns());
  const int64_t t3_ns = t2_ns + kTurnaround;
  wire::Message response = FromMaster(wire::MessageType::kPdelayResp, request.header.sequence_id);
  response.header.flags = wire::kTwoStep;
  response.body = wire::PdelayResp{MasterTime(t2_ns), request.header.source};
  wire::Message follow_up =
      FromMaster(wire::MessageType::kPdelayRespFollowUp, request.header.sequence_id);
  follow_up.body = wire::PdelayRespFollowUp{MasterTime(t3_ns), request.header.source};
  PlanFromMaster(net::Packet::Kind::kEvent, response, arrival_ns + kTurnaround);
  PlanFromMaster(net::Packet::Kind::kGeneral, follow_up, arrival_ns + kTurnaround);
}

void SimulatedTransport::SendAnnounce(int64_t now_ns) {
  wire::Message announce = FromMaster(wire::MessageType::kAnnounce, sequence_id_);
  announce.header.log_message_interval = 0;
  announce.header.flags = master_.flags;
  wire::Announce body;
  body.current_utc_offset = master_.utc_offset_s;
  body.quality = {/*clock_class=*/6, /*clock_accuracy=*/0x21, /*variance=*/0x4E5D};
  body.priority1 = master_.priority1;
  body.grandmaster = MasterIdentity().clock;
  body.time_source = 0x20;  // GNSS
  announce.body = body;
  PlanFromMaster(net::Packet::Kind::kGeneral, announce, now_ns);
}

void SimulatedTransport::SendSync(int64_t now_ns) {
  wire::Message sync = FromMaster(wire::MessageType::kSync, sequence_id_);
  sync.header.flags = wire::kTwoStep;
  sync.header.log_message_interval = 0;
  sync.body = wire::Sync{};
  wire::Message follow_up = FromMaster(wire::MessageType::kFollowUp, sequence_id_);
  follow_up.header.log_message_interval = 0;
  follow_up.body = wire::FollowUp{MasterTime(time_.realtime_ns())};
  PlanFromMaster(net::Packet::Kind::kEvent, sync, now_ns);
  PlanFromMaster(net::Packet::Kind::kGeneral, follow_up, now_ns);
}

wire::Message SimulatedTransport::FromMaster(wire::MessageType type, uint16_t sequence_id) const {
  wire::Message message;
  message.header.type = type;
  message.header.domain_number = domain_number_;
  message.header.source = MasterIdentity();
  message.header.sequence_id = sequence_id;
  return message;
}

// From the documentation's range of MAC addresses (RFC 7042 2.1.4).
wire::PortIdentity SimulatedTransport::MasterIdentity() const {
  return {wire::ClockIdentityFromMac({0x00, 0x00, 0x5E, 0x00, 0x53, master_.number}), 1};
}

wire::Timestamp SimulatedTransport::MasterTime(int64_t utc_ns) const {
  const int64_t ns = utc_ns + master_.error_ns;
  const int64_t tai_minus_utc_s = (master_.flags & wire::kPtpTimescale) != 0 ? kTaiMinusUtc : 0;
  return {static_cast<uint64_t>(ns / kSecond + tai_minus_utc_s),
          static_cast<uint32_t>(ns % kSecond)};
}

void SimulatedTransport::PlanFromMaster(net::Packet::Kind kind, const wire::Message& message,
                                        int64_t now_ns) {
  const std::optional<double> delay_ns = sim::Travel(kLink, random_);
  if (packets_pass_ && delay_ns) Plan(kind, message, now_ns, *delay_ns);
}

void SimulatedTransport::Plan(net::Packet::Kind kind, const wire::Message& message, int64_t now_ns,
                              double after_ns) {
  Arrival arrival{kind, std::vector<uint8_t>(wire::kMaxMessageSize), 0};
  arrival.octets.resize(wire::Encode(message, absl::MakeSpan(arrival.octets)));
  const int64_t at_ns = now_ns + static_cast<int64_t>(after_ns);
  arrival.realtime_ns = time_.realtime_ns() + (at_ns - time_.monotonic_ns());
  arrivals_.emplace(at_ns, std::move(arrival));
}

NetworkAccess SimulatedAccess(clock::KernelTime time, uint8_t domain_number) {
  return {
      [](const std::string&) -> absl::StatusOr<net::Device> {
        return net::Device{1, true, true, {0x00, 0x00, 0x5E, 0x00, 0x53, 0x80}, {192, 0, 2, 128}};
      },
      [time, domain_number](const std::string&,
                            const net::Device&) -> absl::StatusOr<std::unique_ptr<net::Transport>> {
        const auto seed = static_cast<uint64_t>(time.realtime_ns());
        return std::unique_ptr<net::Transport>(
            std::make_unique<SimulatedTransport>(time, domain_number, seed));
      }};
}

}  // namespace ptpcore::engine
