#include "ptpcore/engine/report.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

void SetValue(const stats::RunningWindow& window, v1::RunningValue* out) {
  const stats::Moments recent = window.Recent();
  out->set_last(window.last());
  out->set_mean(recent.mean());
  out->set_std_dev(recent.std_dev());
  out->set_samples(recent.count());
}

void SetIdentity(const wire::PortIdentity& identity, v1::PortIdentity* out) {
  out->set_clock_identity(wire::ToString(identity.clock));
  out->set_port_number(identity.port);
}

std::string AddressText(const wire::PortAddress& address) {
  if (address.protocol != wire::NetworkProtocol::kUdpIpv4) return "";
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, address.octets.data(), text, sizeof(text));
  return text;
}

void SetParent(const protocol::Port& port, const protocol::ForeignMaster& parent,
               v1::ParentDataSet* out) {
  const wire::Announce& announce = parent.announce;
  SetIdentity(parent.port, out->mutable_parent_port_identity());
  out->set_parent_address(AddressText(parent.address));
  out->set_grandmaster_identity(wire::ToString(announce.grandmaster));
  out->set_grandmaster_clock_class(announce.quality.clock_class);
  out->set_grandmaster_clock_accuracy(announce.quality.clock_accuracy);
  out->set_grandmaster_offset_scaled_log_variance(announce.quality.offset_scaled_log_variance);
  out->set_grandmaster_priority1(announce.priority1);
  out->set_grandmaster_priority2(announce.priority2);
  out->set_steps_removed(announce.steps_removed + 1U);
  if (port.client_side().two_step()) {
    out->set_sync_mode(*port.client_side().two_step() ? v1::SYNC_MODE_TWO_STEP
                                                      : v1::SYNC_MODE_ONE_STEP);
  }
  out->set_log_announce_interval(parent.header.log_message_interval);
  out->set_log_sync_interval(port.client_side().log_sync_interval().value_or(0));
  out->set_log_min_delay_req_interval(port.client_side().delay_exchange().log_interval());
}

void SetTimeProperties(const protocol::ForeignMaster& parent, const protocol::UtcConverter& utc,
                       v1::TimePropertiesDataSet* out) {
  const protocol::TimeProperties p =
      protocol::TimePropertiesFromAnnounce(parent.header, parent.announce);
  out->set_ptp_timescale(p.ptp_timescale);
  out->set_time_traceable(p.time_traceable);
  out->set_frequency_traceable(p.frequency_traceable);
  out->set_time_source(p.time_source);
  out->set_current_utc_offset_valid(p.utc_offset_valid);
  out->set_current_utc_offset_s(p.utc_offset_s);
  out->set_leap61(p.leap61);
  out->set_leap59(p.leap59);
  out->set_applied_utc_offset_s(utc.applied_s());
  out->set_utc_decision(utc.Explanation());
}

void SetCounters(const OrdinaryClock& clock, v1::PtpStats& out) {
  const protocol::PortCounters& port = clock.port().counters();
  const protocol::DelayExchange& delay = clock.port().client_side().delay_exchange();
  const PacketCounters& packets = clock.packets();
  const auto undecodable = [&](wire::DecodeError error) {
    return packets.undecodable[static_cast<size_t>(error)];
  };
  v1::MessageCounters& messages = *out.mutable_messages();
  messages.set_announce_received(port.announce_received);
  messages.set_sync_received(port.sync_received);
  messages.set_follow_up_received(port.follow_up_received);
  messages.set_delay_req_sent(port.delay_req_sent);
  messages.set_delay_resp_received(port.delay_resp_received);
  messages.set_announce_sent(port.announce_sent);
  messages.set_sync_sent(port.sync_sent);
  messages.set_follow_up_sent(port.follow_up_sent);
  messages.set_delay_req_received(port.delay_req_received);
  messages.set_delay_resp_sent(port.delay_resp_sent);
  messages.set_received_total(packets.received);
  messages.set_sent_total(packets.sent);

  v1::FaultCounters& faults = *out.mutable_faults();
  faults.set_domain_mismatches(port.domain_mismatches);
  faults.set_version_mismatches(undecodable(wire::DecodeError::kVersion));
  faults.set_truncated(undecodable(wire::DecodeError::kTruncated));
  faults.set_bad_message_length(undecodable(wire::DecodeError::kMessageLength));
  faults.set_bad_tlv(undecodable(wire::DecodeError::kTlv));
  faults.set_unknown_message_type(undecodable(wire::DecodeError::kUnknownType));
  faults.set_from_self(port.from_self);
  faults.set_not_from_parent(port.not_from_parent);
  faults.set_ignored_announce(port.ignored_announce);
  faults.set_sequence_mismatches(port.sequence_mismatches +
                                 clock.port().client_side().sync_pairing().unmatched());
  faults.set_ignored_type(port.ignored_type);
  faults.set_missing_receive_timestamps(port.missing_receive_timestamps);
  faults.set_lost_transmit_timestamps(delay.lost_transmit_timestamps() +
                                      port.lost_transmit_timestamps);
  faults.set_send_errors(packets.send_errors);
  faults.set_unanswered_delay_requests(delay.unanswered());
  faults.set_invalid_timestamps(port.invalid_timestamps);
  faults.set_looped_announces(port.looped_announces);
  faults.set_duplicate_identities(port.duplicate_identities);
  faults.set_invalid_corrections(port.invalid_corrections);
  faults.set_sdo_mismatches(port.sdo_mismatches);
}

v1::Rejection ToProto(servo::Rejection rejection) {
  switch (rejection) {
    case servo::Rejection::kNone:
      return v1::REJECTION_NONE;
    case servo::Rejection::kDelayed:
      return v1::REJECTION_DELAYED;
    case servo::Rejection::kAbsurd:
      return v1::REJECTION_ABSURD;
    case servo::Rejection::kOutOfPlace:
      return v1::REJECTION_OUT_OF_PLACE;
  }
  return v1::REJECTION_UNSPECIFIED;
}

void SetClockStatus(const OrdinaryClock& clock, int64_t now_ns, v1::PtpStats& out) {
  out.set_servo(clock.servo_name());
  out.set_clock_state(ToProto(clock.status().state()));
  out.set_clock_synchronized(clock.calibrated());
  if (const auto since = clock.status().holdover_since()) {
    const int64_t since_ns = since->time_since_epoch().count();
    out.set_holdover_s(static_cast<double>(now_ns - since_ns) * 1e-9);
  }
  const servo::Holdover now = clock.Uncertainty();
  if (!(now.bound_95_ns > 0)) return;
  const servo::Estimate& estimate = clock.estimate();
  v1::Uncertainty& uncertainty = *out.mutable_uncertainty();
  uncertainty.set_root_dispersion_ns(now.root_dispersion_ns);
  uncertainty.set_bound_95_ns(now.bound_95_ns);
  uncertainty.set_noise_ns(estimate.noise_ns);
  uncertainty.set_wander_ppb(estimate.wander_ppb);
  uncertainty.set_last_weight(estimate.last_weight);
  uncertainty.set_last_rejection(ToProto(estimate.last_rejection));
  uncertainty.set_maximum_error_ns(now.bound_95_ns + clock.MostHiddenNs());
  uncertainty.set_root_distance_ns(now.root_dispersion_ns +
                                   std::max(0.0, estimate.mean_path_delay_ns));
}

void SetOrdinaryClock(const OrdinaryClock& clock, const PtpEngine& engine, v1::PtpStats& out) {
  const protocol::Port& port = clock.port();
  SetIdentity(port.identity(), out.mutable_port_identity());
  out.set_port_state(static_cast<v1::PortState>(port.state()));
  const protocol::Explanation why =
      port.Explain(protocol::MonoTime(protocol::Duration(engine.time().monotonic_ns())));
  out.set_reason(static_cast<v1::PortReason>(why.reason));
  out.set_state_reason(why.sentence);
  out.set_state_transitions(port.counters().state_transitions);
  out.set_foreign_masters(static_cast<uint32_t>(port.foreign_masters().size()));
  out.set_clock_calibrated(clock.calibrated());
  out.set_clock_in_control(clock.in_control());
  out.set_clock_slewing_at_maximum(clock.estimate().slewing_at_maximum);
  out.set_clock_steps(clock.clock_steps());
  out.set_receive_rate_hz(clock.receive_rate().rate_hz());
  out.set_transmit_rate_hz(clock.transmit_rate().rate_hz());
  SetCounters(clock, out);
  SetClockStatus(clock, engine.time().monotonic_ns(), out);

  const protocol::ForeignMaster* parent = port.parent();
  if (parent == nullptr) return;
  SetParent(port, *parent, out.mutable_parent());
  SetTimeProperties(*parent, port.client_side().utc(), out.mutable_time_properties());
  const Measurements& m = clock.measurements();
  if (m.offset_ns.Recent().count() > 0) {
    SetValue(m.offset_ns, out.mutable_offset_from_master_ns());
  }
  if (m.mean_path_delay_ns.Recent().count() > 0) {
    SetValue(m.mean_path_delay_ns, out.mutable_mean_path_delay_ns());
  }
  if (m.frequency_ppb.Recent().count() > 0) {
    SetValue(m.frequency_ppb, out.mutable_frequency_correction_ppb());
  }
}

void SetConfiguration(const EngineConfig& config, v1::PtpStats& out) {
  out.set_interface(config.interface());
  out.set_device(config.device());
  out.set_domain_number(config.domain_number());
  out.set_clock_read_only(config.read_only());
  out.set_transport(config.transport() == hostctl::engine::v1::TRANSPORT_KIND_SIMULATED
                        ? v1::TRANSPORT_SIMULATED
                        : v1::TRANSPORT_UDP_IPV4_MULTICAST);
}

v1::MasterStanding ToProto(Standing standing) {
  switch (standing) {
    case Standing::kFollowed:
      return v1::MASTER_STANDING_FOLLOWED;
    case Standing::kBackup:
      return v1::MASTER_STANDING_BACKUP;
    case Standing::kDistrusted:
      return v1::MASTER_STANDING_DISTRUSTED;
    case Standing::kMeasuring:
      return v1::MASTER_STANDING_MEASURING;
    case Standing::kNone:
      break;
  }
  return v1::MASTER_STANDING_UNSPECIFIED;
}

// The best master of each port; with one port, that is the parent.
void AddMasters(const PtpEngine& engine, v1::PtpStats& out) {
  for (size_t i = 0; i < engine.ports().size(); ++i) {
    const EnginePort& port = *engine.ports()[i];
    const OrdinaryClock* clock = port.ordinary_clock();
    const protocol::ForeignMaster* parent = clock != nullptr ? clock->port().parent() : nullptr;
    if (parent == nullptr) continue;
    v1::MasterView& view = *out.add_masters();
    view.set_interface(port.interface());
    SetIdentity(parent->port, view.mutable_port_identity());
    view.set_grandmaster_identity(wire::ToString(parent->announce.grandmaster));
    const bool only = engine.ports().size() == 1;
    view.set_standing(only ? v1::MASTER_STANDING_FOLLOWED
                           : ToProto(i < engine.standings().size() ? engine.standings()[i]
                                                                   : Standing::kMeasuring));
    if (!clock->best_pair().settled()) continue;
    view.set_offset_ns(clock->best_pair().OffsetNs(engine.clock_moved_ns()));
    view.set_bound_ns(clock->best_pair().bound_ns());
  }
}

}  // namespace

void SetTime(int64_t ns, google::protobuf::Timestamp* out) {
  constexpr int64_t kSecond = 1'000'000'000;
  int64_t seconds = ns / kSecond;
  int64_t rest = ns % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --seconds;
  }
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(rest));
}

v1::ClockState ToProto(ClockState state) {
  switch (state) {
    case ClockState::kFreeRunning:
      return v1::CLOCK_STATE_FREE_RUNNING;
    case ClockState::kAcquiring:
      return v1::CLOCK_STATE_ACQUIRING;
    case ClockState::kLocked:
      return v1::CLOCK_STATE_LOCKED;
    case ClockState::kHoldover:
      return v1::CLOCK_STATE_HOLDOVER;
    case ClockState::kHoldoverExpired:
      return v1::CLOCK_STATE_HOLDOVER_EXPIRED;
  }
  return v1::CLOCK_STATE_UNSPECIFIED;
}

v1::PtpStats MakeReport(PtpEngine& engine) {
  v1::PtpStats out;
  const int64_t kernel_ns = engine.time().realtime_ns();
  SetTime(kernel_ns, out.mutable_kernel_time());
  SetTime(engine.clock() != nullptr ? engine.clock()->NowNs() : kernel_ns,
          out.mutable_local_time());
  SetTime(engine.started_realtime_ns(), out.mutable_engine_start_time());
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) == 0) out.set_host_name(host.data());
  out.set_engine_pid(static_cast<uint32_t>(getpid()));
  out.set_preset("slaveonly");
  out.set_clock_source("ptp");
  out.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
  out.set_engine_resets(engine.resets());
  out.set_pending_leap_second(engine.pending_leap_second());
  if (engine.clock() != nullptr) out.set_clock(engine.clock()->name());
  if (engine.config() != nullptr) SetConfiguration(*engine.config(), out);
  if (engine.ordinary_clock() != nullptr) {
    SetOrdinaryClock(*engine.ordinary_clock(), engine, out);
  } else {
    const bool failed = engine.port() != nullptr && !engine.port()->network().reason().empty();
    out.set_port_state(failed ? v1::PORT_STATE_FAULTY : v1::PORT_STATE_INITIALIZING);
    out.set_state_reason(failed ? engine.port()->network().reason()
                                : "waiting for a configuration");
  }
  AddMasters(engine, out);
  for (const stats::Event& event : engine.events().events()) {
    v1::PtpEvent& e = *out.add_events();
    e.set_sequence(event.sequence);
    SetTime(event.time_ns, e.mutable_time());
    e.set_kind(event.kind);
    e.set_text(event.text);
  }
  return out;
}

}  // namespace ptpcore::engine
