#include "engine_run.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>
#include <variant>

#include "ptpcore/wire/codec.h"

namespace ptpcore::bench {
namespace {

using net::Packet;

constexpr wire::PortIdentity kMaster = {{{0, 0x0c, 0x29, 0xff, 0xfe, 1, 1, 1}}, 1};
constexpr wire::ClockIdentity kClient = {{0, 0x0c, 0x29, 0xff, 0xfe, 2, 2, 2}};
constexpr double kAnnounceInterval_s = 1;
constexpr protocol::Duration kHoldoverLimit = std::chrono::hours(1);
constexpr double kLooksPerInterval = 4;

wire::Timestamp ToTimestamp(int64_t ns) {
  return {static_cast<uint64_t>(ns / 1'000'000'000), static_cast<uint32_t>(ns % 1'000'000'000)};
}

wire::Message FromMaster(wire::MessageType type, uint16_t sequence_id, int8_t log_interval) {
  wire::Message message;
  message.header.type = type;
  message.header.source = kMaster;
  message.header.sequence_id = sequence_id;
  message.header.log_message_interval = log_interval;
  return message;
}

std::vector<uint8_t> Octets(const wire::Message& message) {
  std::array<uint8_t, 128> octets;
  const size_t size = wire::Encode(message, absl::MakeSpan(octets));
  return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

absl::Status EngineRun::Clock::Step(int64_t delta_ns) {
  clock_.Step(delta_ns);
  return absl::OkStatus();
}

absl::Status EngineRun::Clock::SetFrequency(double ppb) {
  frequency_ppb_ = ppb;
  clock_.SetFrequency(ppb);
  return absl::OkStatus();
}

EngineRun::EngineRun(const sim::World& world, uint64_t seed)
    : world_(world),
      log_interval_(static_cast<int8_t>(std::lround(std::log2(world.interval_s)))),
      random_(seed),
      truth_(sim::Oscillator(world.frequency_ppb, world.wander_ppb, sim::Random(seed + 1'000'003)),
             world.offset_ns),
      clock_(truth_),
      steered_(clock_, kHoldoverLimit, [](const std::string&, const std::string&) {}) {
  truth_.oscillator().FollowTemperature(world.temperature_ppb, world.temperature_period_s);
  protocol::ClockConfig client;
  client.own.clock_identity = kClient;
  client.own.slave_only = true;
  protocol_ = std::make_unique<protocol::PtpClock>(client);
  protocol::PortConfig port;
  port.random_seed = static_cast<uint32_t>(seed);
  protocol_->AddPort(port);
  engine::Surroundings surroundings;
  surroundings.send_event = [this](absl::Span<const uint8_t> octets, const wire::PortAddress*) {
    return SendEvent(octets);
  };
  surroundings.on_event = [](const std::string&, const std::string&) {};
  engine_ = std::make_unique<engine::OrdinaryClock>(engine::OrdinaryClockConfig(), *protocol_, 0,
                                                    steered_, std::move(surroundings));
  engine_->NetworkUp(Now());
  Plan(0, {0, 0, Kind::kAnnounce, {}, {}});
  Plan(0, {0, 0, Kind::kSync, {}, {}});
  Plan(0, {0, 0, Kind::kLook, {}, {}});
  for (const sim::Incident& incident : world.incidents) {
    Plan(incident.at_s * 1e9, {0, 0, Kind::kIncident, {}, {}});
  }
}

protocol::MonoTime EngineRun::Now() const {
  return protocol::MonoTime(protocol::Duration(truth_.now_ns()));
}

int64_t EngineRun::MasterTime() const {
  const auto lying_for_ns = static_cast<double>(truth_.now_ns() - ramp_since_ns_);
  return kEpochNs + truth_.now_ns() + std::llround(ramp_ppb_ * 1e-9 * lying_for_ns);
}

void EngineRun::Plan(double in_ns, Event event) {
  event.at_ns = truth_.now_ns() + std::llround(std::max(0.0, in_ns));
  event.order = planned_++;
  events_.push(std::move(event));
}

void EngineRun::RunUntil(double seconds) {
  const int64_t end = std::llround(seconds * 1e9);
  for (;;) {
    const int64_t timer = engine_->NextDeadline().time_since_epoch().count();
    const int64_t event = events_.top().at_ns;
    if (std::min(timer, event) > end) break;
    if (timer < event) {
      truth_.AdvanceTo(timer);
      engine_->HandleTimers(Now());
    } else {
      const Event next = events_.top();
      events_.pop();
      truth_.AdvanceTo(next.at_ns);
      Handle(next);
    }
    // The kernel hands the transmit timestamp back as soon as the packet has left.
    for (const std::vector<uint8_t>& octets : std::exchange(sent_, {})) {
      Deliver(Packet::Kind::kTransmitted, octets);
    }
  }
  truth_.AdvanceTo(end);
}

void EngineRun::Deliver(Packet::Kind kind, const std::vector<uint8_t>& octets) {
  Packet packet;
  packet.kind = kind;
  packet.octets = octets;
  packet.realtime_ns = clock_.NowNs();
  packet.from.protocol = wire::NetworkProtocol::kUdpIpv4;
  engine_->HandlePacket(packet, Now());
}

absl::Status EngineRun::SendEvent(absl::Span<const uint8_t> octets) {
  sent_.emplace_back(octets.begin(), octets.end());
  if (const auto delay = sim::Travel(world_.to_master, random_)) {
    Plan(*delay, {0, 0, Kind::kDelayReqArrival, {}, sent_.back()});
  }
  return absl::OkStatus();
}

void EngineRun::AnswerDelayReq(const std::vector<uint8_t>& octets) {
  const auto decoded = wire::Decode(octets);
  const auto* request = std::get_if<wire::Message>(&decoded);
  if (request == nullptr || request->header.type != wire::MessageType::kDelayReq) return;
  wire::Message response =
      FromMaster(wire::MessageType::kDelayResp, request->header.sequence_id, log_interval_);
  response.body = wire::DelayResp{ToTimestamp(MasterTime()), request->header.source};
  if (const auto delay = sim::Travel(world_.from_master, random_)) {
    Plan(*delay, {0, 0, Kind::kArrival, Packet::Kind::kGeneral, Octets(response)});
  }
}

void EngineRun::Handle(const Event& event) {
  switch (event.kind) {
    case Kind::kAnnounce: {
      wire::Message announce = FromMaster(wire::MessageType::kAnnounce, announce_id_++, 0);
      wire::Announce body;
      body.quality = {/*clock_class=*/6, /*clock_accuracy=*/0x21, /*variance=*/0x4E5D};
      body.grandmaster = kMaster.clock;
      announce.body = body;
      Plan(world_.from_master.constant_ns,
           {0, 0, Kind::kArrival, Packet::Kind::kGeneral, Octets(announce)});
      Plan(kAnnounceInterval_s * 1e9, {0, 0, Kind::kAnnounce, {}, {}});
      break;
    }
    case Kind::kSync: {
      wire::Message sync = FromMaster(wire::MessageType::kSync, sync_id_, log_interval_);
      sync.header.flags = wire::kTwoStep;
      sync.body = wire::Sync{};
      wire::Message follow_up = FromMaster(wire::MessageType::kFollowUp, sync_id_++, log_interval_);
      follow_up.body = wire::FollowUp{ToTimestamp(MasterTime())};
      if (const auto delay = sim::Travel(world_.from_master, random_)) {
        Plan(*delay, {0, 0, Kind::kArrival, Packet::Kind::kEvent, Octets(sync)});
        Plan(*delay + 1'000, {0, 0, Kind::kArrival, Packet::Kind::kGeneral, Octets(follow_up)});
      }
      Plan(world_.interval_s * 1e9, {0, 0, Kind::kSync, {}, {}});
      break;
    }
    case Kind::kArrival:
      Deliver(event.packet, event.octets);
      break;
    case Kind::kDelayReqArrival:
      AnswerDelayReq(event.octets);
      break;
    case Kind::kIncident:
      Happen(world_.incidents[next_incident_++]);
      break;
    case Kind::kLieEnds:
      ramp_ppb_ = 0;
      break;
    case Kind::kLook:
      Look();
      Plan(world_.interval_s * 1e9 / kLooksPerInterval, {0, 0, Kind::kLook, {}, {}});
      break;
  }
}

void EngineRun::Look() {
  const double error_ns = std::abs(truth_.TrueOffset());
  const double bound_ns = engine_->estimate().bound_95_ns;
  track_.push_back({static_cast<double>(truth_.now_ns()) * 1e-9, truth_.TrueOffset()});
  bound_held_.push_back(error_ns <= bound_ns);
  maximum_held_.push_back(error_ns <= bound_ns + engine_->MostHiddenNs());
}

void EngineRun::Happen(const sim::Incident& incident) {
  truth_.oscillator().Jump(incident.frequency_ppb);
  world_.from_master.constant_ns += incident.from_master_ns;
  world_.to_master.constant_ns += incident.to_master_ns;
  if (incident.master_ramp_ppb != 0) {
    ramp_ppb_ = incident.master_ramp_ppb;
    ramp_since_ns_ = truth_.now_ns();
    Plan(incident.master_ramp_for_s * 1e9, {0, 0, Kind::kLieEnds, {}, {}});
  }
}

double EngineRun::Held(const std::vector<bool>& held, double from_s) const {
  double yes = 0;
  double count = 0;
  for (size_t i = 0; i < track_.size(); ++i) {
    if (track_[i].at_s < from_s) continue;
    yes += held[i] ? 1 : 0;
    ++count;
  }
  return count > 0 ? 100 * yes / count : 0;
}

}  // namespace ptpcore::bench
