#include "ptpcore/engine/ordinary_clock.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ptpcore::engine {
namespace {

using protocol::MonoTime;
using protocol::PortState;

int64_t Ns(MonoTime time) {
  return time.time_since_epoch().count();
}

// Without a Sync for so many of its intervals, but at least so long, there is
// nothing to steer by, though the master may still announce itself.
constexpr int kSilentIntervals = 8;
constexpr protocol::Duration kSilentAtLeast = std::chrono::seconds(4);

// A clock that comes back at a frequency this far from that of its last lock was being
// slewed by a program that did not end in order; no quartz wanders so far.
constexpr double kLeftSlewing_ppb = 20'000;
// The servo that can estimate a clock which others steer, and take it back gently.
constexpr char kLendable[] = "adaptive";
constexpr char kMeasureOnly[] = "none";

// The state's name in the statistics log.
std::string LogName(PortState state, bool was_followed) {
  switch (state) {
    case PortState::kInitializing:
      return "init";
    case PortState::kFaulty:
      return "flt";
    case PortState::kDisabled:
      return "dsbl";
    case PortState::kListening:
      return was_followed ? "lstn_reset" : "lstn_init";
    case PortState::kPreMaster:
      return "pmst";
    case PortState::kMaster:
      return "mst";
    case PortState::kPassive:
      return "pass";
    case PortState::kUncalibrated:
      return "uncl";
    case PortState::kSlave:
      return "slv";
  }
  return "?";
}

// Tells one port from another, to the servo.
uint64_t AsNumber(const wire::PortIdentity& port) {
  uint64_t number = 0;
  for (const uint8_t octet : port.clock.octets) number = number << 8 | octet;
  return number ^ port.port;
}

// What there is to be said of an Announce.
const char* Objection(security::Verdict verdict) {
  switch (verdict) {
    case security::Verdict::kMissing:
      return "announces itself without authentication, which is required here";
    case security::Verdict::kUnknownKey:
      return "signs with a key or an association that is not ours, or with a key that has expired";
    default:
      return "signs with another key than ours of the same number, or its messages are changed on "
             "their way";
  }
}

// A port's identity as ptpd writes it; the original's owner field is never known.
std::string LogIdentity(const wire::PortIdentity& identity) {
  return absl::StrCat(wire::ToString(identity.clock), "(unknown)/", identity.port);
}

}  // namespace

OrdinaryClock::OrdinaryClock(const OrdinaryClockConfig& config, protocol::PtpClock& protocol,
                             size_t port, SteeredClock& clock, Surroundings surroundings)
    : config_(config),
      protocol_(protocol),
      port_index_(port),
      clock_(clock),
      surroundings_(std::move(surroundings)),
      limiter_(config.source_rate_limit, config.random_seed) {
  servo_ = MakeServo();
  TakeKeys();
}

void OrdinaryClock::NetworkUp(MonoTime now) {
  Perform(protocol_.Initialized(port_index_, now), now);
}

void OrdinaryClock::NetworkDown(const protocol::Explanation& why, MonoTime now) {
  Perform(protocol_.Fault(port_index_, why, now), now);
}

void OrdinaryClock::HandlePacket(const net::Packet& packet, MonoTime now) {
  const bool received = packet.kind != net::Packet::Kind::kTransmitted;
  if (received && !limiter_.Allow(packet.from, Ns(now))) {
    receive_rate_.Update(++packets_.received, Ns(now));
    return;
  }
  const auto decoded = wire::Decode(packet.octets);
  const auto* message = std::get_if<wire::Message>(&decoded);
  std::optional<protocol::LocalTime> stamp;
  if (packet.hardware_ns) {
    if (const auto ns = clock_.clock().AtHardwareTimestamp(*packet.hardware_ns)) {
      stamp = protocol::LocalTime{*ns};
    }
  } else if (packet.realtime_ns) {
    stamp = protocol::LocalTime{clock_.clock().AtKernelTimestamp(*packet.realtime_ns)};
  }

  if (!received) {
    if (message == nullptr || !stamp) return;
    stamp->ns += config_.egress_latency_ns;
    Perform(protocol_.HandleTransmitted(port_index_, *message, *stamp, now, packet.from), now);
    return;
  }
  if (stamp) stamp->ns -= config_.ingress_latency_ns;
  receive_rate_.Update(++packets_.received, Ns(now));
  if (message == nullptr) {
    ++packets_.undecodable[static_cast<size_t>(std::get<wire::DecodeError>(decoded))];
    return;
  }
  ++packets_.received_by_type[static_cast<size_t>(message->header.type)];
  if (!IsAuthentic(packet.octets, *message, now)) return;
  if (message->header.type == wire::MessageType::kManagement) {
    if (surroundings_.on_management) surroundings_.on_management(*message, packet.from);
    return;
  }
  Perform(protocol_.Handle(port_index_, {*message, packet.from, stamp}, now), now);
  TellMinorVersion();
}

void OrdinaryClock::TellMinorVersion() {
  const bool fell_back = port().minor_version().fell_back();
  if (fell_back == fell_back_) return;
  fell_back_ = fell_back;
  if (fell_back) {
    surroundings_.on_event(
        "RECOVERED",
        absl::StrCat(port().peer_link() != nullptr ? "Pdelay_Req" : "Delay_Req",
                     " of PTP version 2.1 had no transmit timestamp or no answer, of version 2.0 "
                     "it has: this network device or its peer drops the former"));
  }
}

void OrdinaryClock::HandleTimers(MonoTime now) {
  // Keeps the rates honest when nothing comes any more.
  receive_rate_.Update(packets_.received, Ns(now));
  transmit_rate_.Update(packets_.sent, Ns(now));
  LookAtLentFrequency(now);
  Perform(protocol_.HandleTimers(port_index_, now), now);
  NoteSilence(now);
}

void OrdinaryClock::Reconfigure(const OrdinaryClockConfig& config, MonoTime now) {
  const bool another_servo =
      config.servo.step_rule != config_.servo.step_rule || config.servo_name != config_.servo_name;
  if (config.lent && !config_.lent) Lend(now);
  const bool takes_back = config_.lent && !config.lent;
  config_ = config;
  limiter_.SetRate(config_.source_rate_limit);
  TakeKeys();
  if (another_servo) ReplaceServo();
  if (takes_back) TakeBack(now);
}

// Leaves the clock at the frequency that is believed to be right.
void OrdinaryClock::Lend(MonoTime now) {
  if (!commands()) return;
  if (!silent_ && servo_->estimate().calibrated) {
    Obey(servo_->OnSilence(clock_.clock().NowNs()), now);
  } else if (!silent_ && clock_.pace_ppb()) {
    clock_.SetFrequency(*clock_.pace_ppb(), now);
  }
  if (servo_->name() == kMeasureOnly) return;
  if (servo_->name() != kLendable) {
    servo_ = servo::NewServo(kLendable, config_.servo);
    ResetServo();
  }
  servo_->Lend();
  lent_frequency_ = LentFrequency();
  LookAtLentFrequency(now);
}

// Begins at the oscillator's frequency if that is known, else at the one that it runs at.
void OrdinaryClock::TakeBack(MonoTime now) {
  if (!commands()) return;
  TellServoLentFrequency(now);
  servo_->TakeBack();
  const absl::StatusOr<double> in_force = clock_.clock().Frequency();
  if (servo_->estimate().calibrated) {
    Obey(servo_->OnSilence(clock_.clock().NowNs()), now);
  } else if (clock_.pace_ppb() && in_force.ok() &&
             std::abs(*in_force - *clock_.pace_ppb()) > kLeftSlewing_ppb) {
    clock_.SetFrequency(*clock_.pace_ppb(), now);
    ResetServo();
  }
}

void OrdinaryClock::LookAtLentFrequency(MonoTime now) {
  if (!config_.lent || !steering_) return;
  const absl::StatusOr<double> in_force = clock_.clock().Frequency();
  if (!in_force.ok()) return;
  lent_frequency_.See(*in_force, now);
  clock_.NoteFrequency(*in_force, now);
}

void OrdinaryClock::TellServoLentFrequency(MonoTime now) {
  LookAtLentFrequency(now);
  if (const auto mean = lent_frequency_.Take()) servo_->NoteFrequency(mean->ppb, mean->doubt_ns);
}

void OrdinaryClock::SetSteering(bool steering, MonoTime now) {
  if (steering_ == steering) return;
  steering_ = steering;
  in_control_ = false;
  measured_at_ = now;
  lent_frequency_ = LentFrequency();
  ReplaceServo();
  // Only the port that steers can be SLAVE.
  if (!steering) Perform(protocol_.SetCalibrated(port_index_, false, now), now);
}

void OrdinaryClock::ClockStepped() {
  protocol_.port(port_index_).ClockStepped();
  measurements_.offset_ns.Clear();
}

void OrdinaryClock::Perform(const protocol::Actions& actions, MonoTime now) {
  for (const protocol::Action& action : actions) {
    std::visit([&](const auto& a) { Do(a, now); }, action);
  }
}

void OrdinaryClock::Do(const protocol::SendEvent& action, MonoTime now) {
  Send(action.message, action.tlvs, action.to, surroundings_.send_event, now);
}

void OrdinaryClock::Do(const protocol::SendGeneral& action, MonoTime now) {
  Send(action.message, action.tlvs, action.to, surroundings_.send_general, now);
}

void OrdinaryClock::Send(wire::Message message, absl::Span<const uint8_t> tlvs,
                         const std::optional<wire::PortAddress>& to, const Surroundings::Send& send,
                         MonoTime now) {
  std::array<uint8_t, wire::kMaxMessageSize> octets;
  message.tlvs = tlvs;
  const size_t size = wire::Encode(message, absl::MakeSpan(octets));
  SendSigned(absl::MakeSpan(octets), size, to ? &*to : nullptr, send, now);
}

void OrdinaryClock::SendGeneral(absl::Span<const uint8_t> octets, const wire::PortAddress* to,
                                MonoTime now) {
  std::array<uint8_t, wire::kMaxMessageSize> buffer;
  if (octets.empty() || octets.size() > buffer.size()) return;
  std::copy(octets.begin(), octets.end(), buffer.begin());
  SendSigned(absl::MakeSpan(buffer), octets.size(), to, surroundings_.send_general, now);
}

void OrdinaryClock::SendSigned(absl::Span<uint8_t> buffer, size_t size, const wire::PortAddress* to,
                               const Surroundings::Send& send, MonoTime now) {
  const auto type = static_cast<wire::MessageType>(buffer[0] & 0xF);
  if (authenticator_) size = authenticator_->Sign(buffer, size, SigningMoment(now));
  NoteSent(type, size > 0 ? send(buffer.first(size), to) : absl::InternalError("too long to sign"),
           now);
}

security::Moment OrdinaryClock::SigningMoment(MonoTime now) const {
  // A clock that serves its own time has nobody to ask.
  const bool utc_known = clock_.was_locked() || !protocol_.data_sets().own.slave_only;
  return {Ns(now), clock_.clock().NowNs(), utc_known};
}

void OrdinaryClock::TakeKeys() {
  if (config_.keys.associations == nullptr) {
    authenticator_.reset();
  } else if (authenticator_) {
    authenticator_->Replace(config_.keys.associations, config_.keys.policy);
  } else {
    authenticator_.emplace(config_.keys.associations, config_.keys.policy);
  }
}

bool OrdinaryClock::IsAuthentic(absl::Span<const uint8_t> packet, const wire::Message& message,
                                MonoTime now) {
  const wire::Header& header = message.header;
  if (!authenticator_) return true;
  // The port ignores other domains, and tells what it hears there.
  if (header.domain_number != protocol_.data_sets().own.domain_number &&
      header.type != wire::MessageType::kManagement) {
    return true;
  }
  const security::Verdict verdict = authenticator_->Verify(packet, message, SigningMoment(now));
  if (verdict == security::Verdict::kAccepted) return true;
  if (header.type == wire::MessageType::kAnnounce && verdict != security::Verdict::kReplayed) {
    protocol_.HeardElsewhere(
        port_index_,
        {protocol::Reason::kNotAuthenticated,
         absl::StrCat("master ", wire::ToString(header.source), " ", Objection(verdict))},
        header.source.clock, now);
  }
  return false;
}

void OrdinaryClock::NoteSent(wire::MessageType type, const absl::Status& sent, MonoTime now) {
  if (!sent.ok()) {
    ++packets_.send_errors;
    return;
  }
  ++packets_.sent_by_type[static_cast<size_t>(type)];
  transmit_rate_.Update(++packets_.sent, Ns(now));
}

void OrdinaryClock::Do(const protocol::StateChanged& action, MonoTime) {
  surroundings_.on_event("STATE_CHANGED",
                         absl::StrCat(protocol::ToString(action.from), " to ",
                                      protocol::ToString(action.to), ": ", action.reason));
  WriteStatsLine('I', 0);
}

void OrdinaryClock::Do(const protocol::MasterChanged& action, MonoTime now) {
  measurements_ = Measurements();
  best_pair_.Clear();
  raw_master_to_slave_ns_ = raw_slave_to_master_ns_ = 0;
  if (!action.master) {
    BeginSilence(now);
    in_control_ = false;
    surroundings_.on_event("MASTER_CHANGED", "no master");
    return;
  }
  in_control_ = false;
  measured_at_ = now;
  // What was learned of a master holds when the same one comes back.
  if (servo_master_ != action.master->port) ResetServo();
  servo_master_ = action.master->port;
  const wire::Announce& announce = action.master->announce;
  surroundings_.on_event(
      "MASTER_CHANGED",
      absl::StrFormat("master %s, grandmaster %s, priority1 %d, clockClass %d, stepsRemoved %d",
                      wire::ToString(action.master->port), wire::ToString(announce.grandmaster),
                      announce.priority1, announce.quality.clock_class, announce.steps_removed));
}

void OrdinaryClock::Do(const protocol::UtcDecisionChanged& action, MonoTime) {
  surroundings_.on_event("UTC_DECISION", action.explanation);
}

void OrdinaryClock::Do(const protocol::SyncMeasured& action, MonoTime now) {
  // The way from the master takes meanDelay + delayAsymmetry (7.4.2).
  const double correction_ns =
      action.correction.nanoseconds() + static_cast<double>(config_.delay_asymmetry_ns);
  const int64_t t2_ns = action.t2.ns;
  last_sync_ingress_ns_ = t2_ns;
  measured_at_ = now;
  silent_ = false;
  raw_master_to_slave_ns_ = static_cast<double>(t2_ns - action.t1_utc_ns) - correction_ns;
  TellServoLentFrequency(now);
  const servo::Command command = servo_->OnSync({action.t1_utc_ns, t2_ns, correction_ns});
  Obey(command, now);
  const servo::Estimate& estimate = servo_->estimate();
  // An offset that was just stepped away is not one of the recent past.
  if (estimate.delay_known && !command.step_ns) {
    measurements_.offset_ns.Add(estimate.offset_ns, Ns(now));
    Measured(stats::Quantity::kOffsetFromMasterNs, estimate.offset_ns, now);
    Measured(stats::Quantity::kMasterSlaveDelayNs, raw_master_to_slave_ns_, now);
  }
  // What the clock ran at before it was steered is no correction.
  if (estimate.delay_known) {
    measurements_.frequency_ppb.Add(estimate.frequency_ppb, Ns(now));
    Measured(stats::Quantity::kFrequencyCorrectionPpb, estimate.frequency_ppb, now);
  }
  NoteCalibration(now);
  WriteStatsLine('S', action.sequence_id);
  // Whatever servo is wanted, another one took the clock back.
  if (commands() && servo_->name() != config_.servo_name && !estimate.taking_back) ReplaceServo();
}

void OrdinaryClock::Do(const protocol::DelayMeasured& action, MonoTime now) {
  // The way to the master takes meanDelay - delayAsymmetry.
  const double correction_ns =
      action.correction.nanoseconds() - static_cast<double>(config_.delay_asymmetry_ns);
  const int64_t t3_ns = action.t3.ns;
  raw_slave_to_master_ns_ = static_cast<double>(action.t4_utc_ns - t3_ns) - correction_ns;
  best_pair_.Add(raw_master_to_slave_ns_, raw_slave_to_master_ns_, clock_.MovedNs(now));
  TellServoLentFrequency(now);
  Obey(servo_->OnDelay({action.t4_utc_ns, t3_ns, correction_ns}), now);
  const servo::Estimate& estimate = servo_->estimate();
  if (estimate.delay_known) {
    measurements_.mean_path_delay_ns.Add(estimate.mean_path_delay_ns, Ns(now));
    Measured(stats::Quantity::kMeanPathDelayNs, estimate.mean_path_delay_ns, now);
    Measured(stats::Quantity::kSlaveMasterDelayNs, raw_slave_to_master_ns_, now);
  }
  NoteCalibration(now);
  WriteStatsLine('D', action.sequence_id);
}

void OrdinaryClock::Do(const protocol::PeerDelayMeasured& action, MonoTime now) {
  const protocol::CompletePeerDelay& measured = action.exchange;
  servo::PeerExchange exchange;
  exchange.sent_ns = measured.t1.ns;
  exchange.received_ns = measured.t4.ns;
  exchange.turnaround_ns = measured.turnaround_ns();
  if (measured.neighbor) exchange.neighbor_ns = measured.neighbor->t2_ns;
  exchange.rate_ratio = action.rate_ratio;
  exchange.neighbor = AsNumber(measured.responder);
  TellServoLentFrequency(now);
  servo_->OnPeerDelay(exchange);
  const servo::Estimate& estimate = servo_->estimate();
  if (port().parent() == nullptr || !estimate.delay_known) return;
  // A flight to the master as the last one from it would look on the way back.
  const double link_ns = exchange.link_delay_ns();
  best_pair_.Add(raw_master_to_slave_ns_, 2 * link_ns - raw_master_to_slave_ns_,
                 clock_.MovedNs(now));
  measurements_.mean_path_delay_ns.Add(estimate.mean_path_delay_ns, Ns(now));
  Measured(stats::Quantity::kMeanPathDelayNs, estimate.mean_path_delay_ns, now);
  NoteCalibration(now);
  WriteStatsLine('P', measured.sequence_id);
}

void OrdinaryClock::Do(const protocol::TimeBaseChanged& action, MonoTime) {
  surroundings_.on_event("MASTER_CHANGED", action.explanation);
}

void OrdinaryClock::Obey(const servo::Command& command, MonoTime now) {
  in_control_ = steering_;
  if (!commands()) return;
  if (command.step_ns) {
    if (clock_.Step(*command.step_ns)) {
      ClockStepped();
      if (surroundings_.on_step) surroundings_.on_step();
    } else {
      ResetServo();  // it must not believe in a step that did not happen
    }
  }
  if (command.frequency_ppb) clock_.SetFrequency(*command.frequency_ppb, now);
}

void OrdinaryClock::NoteCalibration(MonoTime now) {
  // Answers to our own requests do not replace the Sync messages that ended.
  if (!steering_ || silent_) return;
  const bool calibrated = servo_->estimate().calibrated;
  clock_.Measured(calibrated, servo_->estimate().bound_95_ns, now);
  Perform(protocol_.SetCalibrated(port_index_, calibrated, now), now);
}

// A master may announce itself and yet send no Sync.
void OrdinaryClock::NoteSilence(MonoTime now) {
  if (!steering_) return;
  const protocol::Duration interval =
      protocol::IntervalFromLog(port().client_side().log_sync_interval().value_or(0));
  if (port().parent() != nullptr &&
      now - measured_at_ > std::max(kSilentAtLeast, kSilentIntervals * interval)) {
    BeginSilence(now);
  }
  clock_.Advance(now);
}

// Holdover: the clock runs on at the frequency that is believed to be right.
void OrdinaryClock::BeginSilence(MonoTime now) {
  if (!steering_ || silent_) return;
  silent_ = true;
  clock_.Lost(now);
  // SYNCHRONIZATION_FAULT, 9.2.6.13: a port whose master announces itself only is not SLAVE.
  Perform(protocol_.SetCalibrated(port_index_, false, now), now);
  const servo::Command command = servo_->OnSilence(clock_.clock().NowNs());
  if (command.frequency_ppb && commands()) clock_.SetFrequency(*command.frequency_ppb, now);
}

std::unique_ptr<servo::Servo> OrdinaryClock::MakeServo() const {
  const bool measures_only = !steering_ || config_.read_only || config_.servo_name == kMeasureOnly;
  if (measures_only) return servo::NewServo(kMeasureOnly, config_.servo);
  auto made = servo::NewServo(config_.lent ? kLendable : config_.servo_name, config_.servo);
  if (made == nullptr) made = servo::NewServo(config_.servo);
  if (config_.lent) made->Lend();
  return made;
}

void OrdinaryClock::ReplaceServo() {
  servo_ = MakeServo();
  ResetServo();
}

void OrdinaryClock::ResetServo() {
  const absl::StatusOr<double> frequency_ppb = clock_.clock().Frequency();
  servo_->Reset(frequency_ppb.value_or(0), /*may_step=*/!clock_.was_locked());
}

void OrdinaryClock::Measured(stats::Quantity quantity, double value, MonoTime now) {
  if (surroundings_.on_measured && steering_) surroundings_.on_measured(quantity, value, now);
}

void OrdinaryClock::WriteStatsLine(char last_packet, uint16_t sequence_id) {
  if (!surroundings_.on_stats_line || !steering_) return;
  const protocol::ForeignMaster* parent = port().parent();
  const stats::Moments offset = measurements_.offset_ns.Recent();
  const stats::Moments delay = measurements_.mean_path_delay_ns.Recent();
  const stats::Moments frequency = measurements_.frequency_ppb.Recent();
  stats::StatsLine line;
  line.time_ns = clock_.clock().NowNs();
  line.state = LogName(port().state(), clock_.was_locked());
  const wire::PortIdentity& identity = parent != nullptr ? parent->port : port().identity();
  if (logged_text_.empty() || logged_ != identity) {
    logged_ = identity;
    logged_text_ = LogIdentity(identity);
  }
  line.clock_id = logged_text_;
  line.one_way_delay_ns = measurements_.mean_path_delay_ns.last();
  line.offset_ns = measurements_.offset_ns.last();
  line.slave_to_master_ns = raw_slave_to_master_ns_;
  line.master_to_slave_ns = raw_master_to_slave_ns_;
  // What the clock gains on the master is what the correction takes off; taken from
  // 0, as the negative of nothing would be written as -0.
  line.observed_drift_ppb = 0 - measurements_.frequency_ppb.last();
  line.last_packet = last_packet;
  line.sequence_id = sequence_id;
  line.one_way_delay_mean_ns = delay.mean();
  line.one_way_delay_std_dev_ns = delay.std_dev();
  line.offset_mean_ns = offset.mean();
  line.offset_std_dev_ns = offset.std_dev();
  line.observed_drift_mean_ppb = 0 - frequency.mean();
  line.observed_drift_std_dev_ppb = frequency.std_dev();
  line.raw_master_to_slave_ns = raw_master_to_slave_ns_;
  line.raw_slave_to_master_ns = raw_slave_to_master_ns_;
  surroundings_.on_stats_line(line);
}

}  // namespace ptpcore::engine
