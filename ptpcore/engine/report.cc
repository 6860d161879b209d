#include "ptpcore/engine/report.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "ptpcore/engine/report_authentication.h"
#include "ptpcore/engine/report_clock.h"
#include "ptpcore/engine/report_counters.h"
#include "ptpcore/engine/report_ports.h"
#include "ptpcore/engine/report_unicast.h"
#include "ptpcore/profile/profiles.h"

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
  out->set_log_announce_interval(LogAnnounceInterval(port, parent));
  out->set_log_sync_interval(port.client_side().log_sync_interval().value_or(0));
  out->set_log_min_delay_req_interval(port.client_side().delay_exchange().log_interval());
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
  out.set_state_transitions(port.counters().state_transitions);
  out.set_foreign_masters(static_cast<uint32_t>(port.foreign_masters().size()));
  out.set_clock_calibrated(clock.calibrated() && !engine.config()->clock_lent());
  out.set_clock_in_control(clock.in_control());
  out.set_clock_slewing_at_maximum(clock.estimate().slewing_at_maximum);
  out.set_clock_steps(clock.clock_steps());
  out.set_receive_rate_hz(clock.receive_rate().rate_hz());
  out.set_transmit_rate_hz(clock.transmit_rate().rate_hz());
  SetMessages(clock, out.mutable_messages());
  SetFaults(clock, out.mutable_faults());
  const management::Counters& management = engine.management().counters();
  out.mutable_faults()->set_refused_management(management.errors + management.malformed +
                                               management.dropped);
  SetClockStatus(clock, engine.time().monotonic_ns(), out);
  if (engine.config()->clock_lent()) out.set_clock_synchronized(false);
  SetAuthentication(clock, engine.time().monotonic_ns(), out);

  SetDefaultDataSet(clock.protocol(), out.mutable_default_data_set());
  const protocol::ForeignMaster* parent = port.parent();
  if (parent != nullptr || port.state() == protocol::PortState::kMaster) {
    SetTimeProperties(clock.protocol(), out.mutable_time_properties());
  }
  if (parent == nullptr) return;
  SetParent(port, *parent, out.mutable_parent());
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
  out.set_clock_read_only(config.read_only() || config.clock_lent());
  out.set_transport(TransportOf(config));
  *out.mutable_protocol() = profile::Effective(config.profile(), config.protocol());
  out.set_delay_mechanism(out.protocol().delay_mechanism());
  out.set_preset(config.profile().empty() ? profile::kDefaultProfile : config.profile());
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
  out.set_clock_source("ptp");
  out.set_engine_resets(engine.resets());
  out.set_pending_leap_second(engine.pending_leap_second());
  if (engine.clock() != nullptr) out.set_clock(engine.clock()->name());
  if (engine.config() != nullptr) SetConfiguration(*engine.config(), out);
  if (engine.ordinary_clock() != nullptr) {
    SetOrdinaryClock(*engine.ordinary_clock(), engine, out);
  }
  AddPorts(engine, out);
  AddForeignMasters(engine, out);
  const PortCondition condition = ConditionOf(engine, engine.steering_port());
  out.set_port_state(condition.state);
  out.set_reason(condition.reason);
  out.set_state_reason(condition.sentence);
  if (engine.follower() != nullptr) *out.mutable_hardware_clock() = engine.follower()->Status();
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
