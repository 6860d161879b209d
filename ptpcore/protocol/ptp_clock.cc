#include "ptpcore/protocol/ptp_clock.h"

#include <utility>

namespace ptpcore::protocol {

PtpClock::PtpClock(const ClockConfig& config) : config_(config) {
  sets_.own = config.own;
  sets_.own.number_ports = 0;
  sets_.path_trace_enabled = config.path_trace;
  UpdateDataSets(MonoTime{});
}

size_t PtpClock::AddPort(const PortConfig& config) {
  ForeignMasterRules rules;
  rules.receiver = {sets_.own.clock_identity, config.port_number};
  rules.algorithm = config_.algorithm;
  rules.max_steps_removed = sets_.own.max_steps_removed;
  rules.maximum_clock_class = config_.maximum_clock_class;
  rules.path_trace = config_.path_trace;
  rules.acceptable = config_.acceptable;
  ports_.push_back(std::make_unique<Port>(config, sets_, std::move(rules)));
  sets_.own.number_ports = static_cast<uint16_t>(ports_.size());
  return ports_.size() - 1;
}

Actions PtpClock::Initialized(size_t port, MonoTime now) {
  ports_[port]->Initialized(now);
  return Finish(port, now);
}

Actions PtpClock::Fault(size_t port, const Explanation& why, MonoTime now) {
  ports_[port]->Fault(why);
  return Finish(port, now);
}

Actions PtpClock::Handle(size_t port, const Received& received, MonoTime now) {
  ports_[port]->Handle(received, now);
  return Finish(port, now);
}

Actions PtpClock::HandleTransmitted(size_t port, const wire::Message& sent, LocalTime stamp,
                                    MonoTime now, const wire::PortAddress& to) {
  ports_[port]->HandleTransmitted(sent, stamp, to);
  return Finish(port, now);
}

Actions PtpClock::HandleTimers(size_t port, MonoTime now) {
  ports_[port]->HandleTimers(now);
  return Finish(port, now);
}

Actions PtpClock::SetCalibrated(size_t port, bool calibrated, MonoTime now) {
  ports_[port]->SetCalibrated(calibrated);
  return Finish(port, now);
}

void PtpClock::HeardElsewhere(size_t port, const Explanation& why, const wire::ClockIdentity& by,
                              MonoTime now) {
  ports_[port]->HeardElsewhere(why, by, now);
}

void PtpClock::ClockStepped() {
  if (sets_.IsGrandmaster()) ++sets_.time_base.gm_time_base_indicator;
  for (const auto& port : ports_) port->ClockStepped();
}

void PtpClock::SetOwn(const DefaultDataSet& own, const TimeProperties& time_properties,
                      MonoTime now) {
  config_.own = own;
  config_.time_properties = time_properties;
  sets_.own = own;
  sets_.own.number_ports = static_cast<uint16_t>(ports_.size());
  Decide(now);
}

void PtpClock::SetOwnTime(const TimeProperties& properties, MonoTime now) {
  if (properties == config_.time_properties) return;
  SetOwn(config_.own, properties, now);
}

void PtpClock::SetMeasured(wire::TimeInterval offset_from_master, wire::TimeInterval mean_delay) {
  sets_.current.offset_from_master = offset_from_master;
  sets_.current.mean_delay = mean_delay;
}

void PtpClock::SetLeap(const std::optional<LeapSecond>& leap) {
  leap_ = leap;
  for (const auto& port : ports_) port->client_side().utc().SetLeap(leap);
}

void PtpClock::LeapReached() {
  leap_reached_s_ = leap_ ? leap_->leap : 0;
  // What is under way was timed by the clock before; PTP's own time goes on evenly.
  for (const auto& port : ports_) port->ClockStepped();
  TakeOffsetInForce();
}

void PtpClock::LeapPassed() {
  leap_reached_s_ = 0;
  leap_.reset();
  for (const auto& port : ports_) port->client_side().utc().LeapPassed();
  TakeOffsetInForce();
}

// The followed master's offset may change with a Sync, when the timestamps bear out new
// flags. Where it is none, its time is UTC and so is ours.
void PtpClock::TakeOffsetInForce() {
  const auto slave = slave_port();
  if (!slave) return;
  const int applied_s = ports_[*slave]->client_side().utc().applied_s();
  sets_.utc_offset_s = applied_s == 0 ? 0 : applied_s + leap_reached_s_;
}

void PtpClock::TakeTimeBase() {
  const auto slave = slave_port();
  if (!slave) return;
  const auto& told = ports_[*slave]->client_side().time_base();
  if (!told) return;
  sets_.time_base = *told;
  sets_.time_base.cumulative_scaled_rate_offset = 0;
}

std::optional<size_t> PtpClock::slave_port() const {
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i]->client_side().parent()) return i;
  }
  return std::nullopt;
}

Actions PtpClock::Finish(size_t port, MonoTime now) {
  if (ports_[port]->TakeDecisionEvent()) Decide(now);
  TakeOffsetInForce();
  TakeTimeBase();
  return ports_[port]->TakeActions();
}

void PtpClock::Decide(MonoTime now) {
  std::vector<PortView> views;
  views.reserve(ports_.size());
  for (const auto& port : ports_) views.push_back(port->View(now));
  decision_ = DecideStates(sets_.own, config_.algorithm, views);
  UpdateDataSets(now);
  for (size_t i = 0; i < ports_.size(); ++i) {
    const Recommendation& recommendation = decision_.ports[i];
    ports_[i]->Recommend(recommendation,
                         QualificationIntervals(recommendation.code, sets_.current.steps_removed),
                         now);
  }
}

// Tables 30 to 33. Of the recommendations only S1 means another's data sets: with all
// others, and with none, the clock is its own grandmaster as soon as a port is master.
void PtpClock::UpdateDataSets(MonoTime now) {
  for (size_t i = 0; i < decision_.ports.size(); ++i) {
    if (decision_.ports[i].code != DecisionCode::kS1) continue;
    const ForeignMaster* master = ports_[i]->foreign_masters().Best(now);
    if (master == nullptr) continue;
    sets_.current.steps_removed = StepsRemovedFrom(master->announce);
    sets_.parent = ParentFromAnnounce(master->header, master->announce);
    sets_.time_properties = TimePropertiesFromAnnounce(master->header, master->announce);
    sets_.path_trace = master->path_trace;
    return;
  }
  sets_.current = CurrentDataSet();
  sets_.parent = OwnParent(sets_.own);
  sets_.time_properties = config_.time_properties;
  sets_.path_trace.path.clear();
  sets_.utc_offset_s = UtcOffsetByRule(sets_.time_properties);
}

}  // namespace ptpcore::protocol
