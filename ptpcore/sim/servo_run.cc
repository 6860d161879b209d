#include "ptpcore/sim/servo_run.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::sim {
namespace {

constexpr double kLooksPerInterval = 4;

}  // namespace

ServoRun::ServoRun(const World& world, servo::Servo& servo, uint64_t seed)
    : world_(world),
      servo_(servo),
      random_(seed),
      clock_(Oscillator(world.frequency_ppb, world.wander_ppb, Random(seed + 1'000'003)),
             world.offset_ns) {
  Plan(0, Kind::kSyncSent);
  Plan(world_.paired_requests ? 0 : random_.Uniform(world_.interval_s * 1e9), Kind::kDelaySent);
  Plan(0, Kind::kLook);
  clock_.oscillator().FollowTemperature(world.temperature_ppb, world.temperature_period_s);
  for (const Incident& incident : world.incidents) Plan(incident.at_s * 1e9, Kind::kIncident);
}

void ServoRun::Plan(double in_ns, Kind kind, const servo::OneWay& flight, int64_t epoch) {
  const int64_t now_ns = clock_.now_ns();
  events_.push(
      {now_ns + std::llround(std::max(0.0, in_ns)), now_ns, planned_++, kind, flight, {}, epoch});
}

void ServoRun::Plan(double in_ns, Kind kind, const servo::PeerExchange& peer, int64_t epoch) {
  const int64_t now_ns = clock_.now_ns();
  events_.push(
      {now_ns + std::llround(std::max(0.0, in_ns)), now_ns, planned_++, kind, {}, peer, epoch});
}

void ServoRun::RunUntil(double seconds) {
  const int64_t end = std::llround(seconds * 1e9);
  while (!events_.empty() && events_.top().at_ns <= end) {
    const Event event = events_.top();
    events_.pop();
    clock_.AdvanceTo(event.at_ns);
    Handle(event);
  }
  clock_.AdvanceTo(end);
}

void ServoRun::Handle(const Event& event) {
  const double interval_ns = world_.interval_s * 1e9;
  servo::OneWay flight = event.flight;
  switch (event.kind) {
    case Kind::kSyncSent:
      flight.master_ns = MasterTime();
      if (const auto delay = Travel(world_.from_master, random_)) {
        Plan(*delay, Kind::kSyncArrived, flight, steps_);
      }
      Plan(interval_ns, Kind::kSyncSent);
      break;
    case Kind::kSyncArrived:
      if (event.epoch != steps_ || !IsUsed(event)) break;
      flight.local_ns = clock_.Read();
      Obey(servo_.OnSync(flight));
      break;
    case Kind::kDelaySent:
      if (world_.peer_delay) {
        HandlePeer(event);
        break;
      }
      flight.local_ns = clock_.Read();
      if (const auto delay = Travel(world_.to_master, random_); delay && delays_sent_) {
        Plan(*delay, Kind::kDelayArrived, flight, steps_);
      }
      // IEEE 1588-2019 9.5.11.2: random, between 0 and twice the mean.
      Plan(world_.paired_requests ? interval_ns : random_.Uniform(2 * interval_ns),
           Kind::kDelaySent);
      break;
    case Kind::kDelayArrived:
      flight.master_ns = MasterTime();
      if (const auto delay = Travel(world_.from_master, random_)) {
        Plan(*delay, Kind::kDelayAnswered, flight, event.epoch);
      }
      break;
    case Kind::kDelayAnswered:
      if (event.epoch == steps_) Obey(servo_.OnDelay(flight));
      break;
    case Kind::kPeerAsked:
    case Kind::kPeerAnswers:
    case Kind::kPeerAnswered:
      HandlePeer(event);
      break;
    case Kind::kLook:
      truth_.push_back(
          {now_s(), Offset(), servo_.estimate().calibrated, servo_.estimate().offset_ns});
      Plan(interval_ns / kLooksPerInterval, Kind::kLook);
      break;
    case Kind::kIncident:
      Happen(world_.incidents[next_incident_++]);
      break;
    case Kind::kLieEnds:
      ramp_ppb_ = 0;
      break;
  }
}

void ServoRun::HandlePeer(const Event& event) {
  servo::PeerExchange peer = event.peer;
  switch (event.kind) {
    case Kind::kDelaySent:
      peer.sent_ns = clock_.Read();
      peer.neighbor = 1;
      if (const auto delay = Travel(world_.to_master, random_); delay && delays_sent_) {
        Plan(*delay, Kind::kPeerAsked, peer, steps_);
      }
      Plan(world_.interval_s * 1e9, Kind::kDelaySent);
      break;
    case Kind::kPeerAsked:
      peer.neighbor_ns = NeighborTime();
      Plan(random_.Uniform(2 * world_.turnaround_ns), Kind::kPeerAnswers, peer, event.epoch);
      break;
    case Kind::kPeerAnswers:
      peer.turnaround_ns = static_cast<double>(NeighborTime() - *peer.neighbor_ns);
      if (!world_.neighbor_tells) peer.neighbor_ns.reset();
      // As learned from the exchanges before, when our clock runs right.
      peer.rate_ratio = 1 + 1e-9 * world_.neighbor_ppb;
      if (const auto delay = Travel(world_.from_master, random_)) {
        Plan(*delay, Kind::kPeerAnswered, peer, event.epoch);
      }
      break;
    default:
      if (event.epoch != steps_) break;
      peer.received_ns = clock_.Read();
      Obey(servo_.OnPeerDelay(peer));
  }
}

int64_t ServoRun::NeighborTime() const {
  return clock_.now_ns() + world_.neighbor_offset_ns +
         std::llround(world_.neighbor_ppb * 1e-9 * static_cast<double>(clock_.now_ns()));
}

void ServoRun::Happen(const Incident& incident) {
  clock_.oscillator().Jump(incident.frequency_ppb);
  world_.from_master.constant_ns += incident.from_master_ns;
  world_.to_master.constant_ns += incident.to_master_ns;
  if (incident.master_ramp_ppb != 0) {
    ramp_ppb_ = incident.master_ramp_ppb;
    ramp_since_ns_ = clock_.now_ns();
    Plan(incident.master_ramp_for_s * 1e9, Kind::kLieEnds);
  }
}

bool ServoRun::IsUsed(const Event& sync) const {
  const auto took_ns = static_cast<double>(sync.at_ns - sync.planned_at_ns);
  return !sync_filter_ || sync_filter_(took_ns, world_.from_master);
}

int64_t ServoRun::MasterTime() const {
  const auto lying_for_ns = static_cast<double>(clock_.now_ns() - ramp_since_ns_);
  return clock_.now_ns() + master_offset_ns_ + std::llround(ramp_ppb_ * 1e-9 * lying_for_ns);
}

void ServoRun::Obey(const servo::Command& command) {
  if (command.step_ns) {
    clock_.Step(*command.step_ns);
    ++steps_;
    if (*command.step_ns < 0) ++backward_steps_;
  }
  if (command.frequency_ppb) {
    clock_.SetFrequency(*command.frequency_ppb);
    largest_frequency_ppb_ = std::max(largest_frequency_ppb_, std::abs(*command.frequency_ppb));
  }
}

double ServoRun::Rms(double from_s) const {
  double sum = 0;
  double count = 0;
  for (const Truth& look : truth_) {
    if (look.at_s < from_s) continue;
    sum += look.offset_ns * look.offset_ns;
    ++count;
  }
  return count > 0 ? std::sqrt(sum / count) : 0;
}

double ServoRun::ConvergedAfter(double near_ns, double from_s) const {
  double since = from_s;
  for (const Truth& look : truth_) {
    if (look.at_s >= from_s && std::abs(look.offset_ns) > near_ns) since = look.at_s;
  }
  return since - from_s;
}

}  // namespace ptpcore::sim
