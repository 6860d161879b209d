#include "ptpcore/engine/ptp_engine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ptpcore/engine/frequency_file.h"
#include "ptpcore/engine/protocol_config.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::engine::v1;

// The first is worth keeping once the mean of the last half minute is settled; then rarely.
// What is learned first is rough, and worth replacing soon.
constexpr int64_t kFirstFrequencySaveGapNs = 60'000'000'000;
constexpr int64_t kMaxFrequencySaveGapNs = 3'600'000'000'000;
constexpr uint64_t kSettledSamples = 20;
constexpr int64_t kCompareMastersEveryNs = 1'000'000'000;
// A device that comes, goes or is replaced may stamp otherwise than before.
constexpr int64_t kDecideStampsEveryNs = 5'000'000'000;
constexpr int64_t kTryClockAgainNs = 60'000'000'000;

servo::StepRule ToServo(v1::StepRule rule) {
  switch (rule) {
    case v1::STEP_RULE_NEVER:
      return servo::StepRule::kNever;
    case v1::STEP_RULE_ALWAYS:
      return servo::StepRule::kAlways;
    default:
      return servo::StepRule::kFirstLock;
  }
}

std::shared_ptr<ProtocolClock> SharedClockOf(const EngineConfig& config) {
  std::vector<protocol::PortConfig> ports;
  const int count = 1 + config.further_ports_size();
  for (int number = 1; number <= count; ++number) {
    ports.push_back(ProtocolPortConfigOf(config, static_cast<uint16_t>(number)));
  }
  return std::make_shared<ProtocolClock>(ProtocolClockConfigOf(config), std::move(ports));
}

bool SameFurtherPorts(const EngineConfig& a, const EngineConfig& b) {
  return std::equal(a.further_ports().begin(), a.further_ports().end(), b.further_ports().begin(),
                    b.further_ports().end(), [](const auto& x, const auto& y) {
                      return x.SerializeAsString() == y.SerializeAsString();
                    });
}

protocol::Duration HoldoverLimitOf(const EngineConfig& config) {
  return std::chrono::seconds(config.holdover_limit_s());
}

}  // namespace

PtpEngine::PtpEngine(EngineEnvironment environment)
    : environment_(std::move(environment)),
      management_(*this),
      seconds_(environment_.time.monotonic_ns()),
      started_realtime_ns_(environment_.time.realtime_ns()) {}

OrdinaryClockConfig PtpEngine::ClockConfigOf(const EngineConfig& config) const {
  OrdinaryClockConfig c;
  c.servo.step_rule = ToServo(config.step_rule());
  c.servo.max_frequency_ppb = clock_->max_frequency_ppb();
  c.servo_name = config.servo();
  c.read_only = config.read_only();
  c.lent = config.clock_lent() && SteersSystemClock();
  c.delay_asymmetry_ns = config.delay_asymmetry_ns();
  c.ingress_latency_ns = config.ingress_latency_ns();
  c.egress_latency_ns = config.egress_latency_ns();
  c.keys = keys_.keys();
  c.source_rate_limit =
      config.has_source_rate_limit() ? config.source_rate_limit() : kDefaultSourceRate;
  c.random_seed = environment_.random_seed;
  return c;
}

protocol::MonoTime PtpEngine::Now() const {
  return protocol::MonoTime(protocol::Duration(environment_.time.monotonic_ns()));
}

absl::StatusOr<bool> PtpEngine::Configure(const EngineConfig& wanted) {
  if (absl::Status s = Validate(wanted); !s.ok()) return s;
  const EngineConfig config = Normalize(wanted);
  Difference difference = config_ ? Compare(*config_, config) : Difference::kRestart;
  // The number of ports is a property of the clock that they share.
  if (difference == Difference::kLive && HasOneClock(config) &&
      !SameFurtherPorts(*config_, config)) {
    difference = Difference::kRestart;
  }
  if (difference == Difference::kNone) return false;
  absl::StatusOr<KeyKeeper::Read> keys = KeyKeeper::Load(config.authentication());
  if (!keys.ok()) return keys.status();
  if (difference == Difference::kRestart) {
    // Everything that can fail comes before the first thing that changes.
    if (absl::Status s = ReplaceClock(config, DecideStampsFor(config)); !s.ok()) return s;
  }
  const bool was_lent = config_ && config_->clock_lent();
  const bool takes_back =
      difference == Difference::kLive && was_lent && !config.clock_lent() && !config.read_only();
  if (takes_back) {
    if (absl::Status s = ProveAdjustable(); !s.ok()) return s;
  }
  keys_.Use(config.authentication(), *std::move(keys), Now());
  OpenStatsLog(config);
  OpenManagement(config);
  const EngineConfig before = config_.value_or(config);
  config_ = config;
  if (difference == Difference::kRestart) {
    Start(config);
    return true;
  }
  steered_clock_->SetHoldoverLimit(HoldoverLimitOf(config));
  // The port commands last before the clock is lent, and first after it is taken back.
  if (was_lent && !config.clock_lent()) TakeBack();
  for (const auto& port : ports_) {
    port->Reconfigure(ClockConfigOf(config));
    port->SetPacketsPass(config.simulated_packets_pass());
  }
  if (!was_lent && config.clock_lent()) Lend();
  if (!SameFurtherPorts(before, config)) ReplaceFurtherPorts(config);
  return true;
}

bool PtpEngine::SteersSystemClock() const {
  return dynamic_cast<const clock::HardwareClock*>(clock_.get()) == nullptr;
}

absl::Status PtpEngine::ProveAdjustable() const {
  const auto* hardware = dynamic_cast<const clock::HardwareClock*>(clock_.get());
  return clock::ProveAdjustable(hardware != nullptr ? hardware->system() : *clock_);
}

void PtpEngine::Lend() {
  if (follower_ != nullptr) {
    follower_->SetLent(true);
  } else {
    steered_clock_->Lend();
    leap_seconds_->SetReadOnly(true);
  }
  Note("CLOCK_LENT", "another program steers the system clock: it is measured, not touched");
}

void PtpEngine::TakeBack() {
  if (follower_ != nullptr) {
    follower_->SetLent(false);
    Note("CLOCK_TAKEN_BACK", "the system clock follows the hardware clock again");
    return;
  }
  const servo::Estimate* estimate =
      ordinary_clock() != nullptr ? &ordinary_clock()->estimate() : nullptr;
  const bool known = estimate != nullptr && estimate->calibrated;
  steered_clock_->TakeBack(/*kept_right=*/known, Now());
  leap_seconds_->SetReadOnly(config_->read_only());
  Note("CLOCK_TAKEN_BACK",
       known ? absl::StrFormat("its offset of %+.9f s is slewed away", estimate->offset_ns * 1e-9)
             : "how right it is is not known");
}

StampDecision PtpEngine::DecideStampsFor(const EngineConfig& config) const {
  return environment_.decide_stamps ? environment_.decide_stamps(config) : StampDecision();
}

absl::Status PtpEngine::ReplaceClock(const EngineConfig& config, const StampDecision& stamps) {
  auto clock = environment_.open_clock(ForClock(config, stamps));
  if (!clock.ok()) return clock.status();
  ports_.clear();
  leap_seconds_.reset();
  kernel_sync_.reset();
  follower_.reset();
  steered_clock_.reset();
  clock_ = *std::move(clock);
  stamps_ = stamps;
  return absl::OkStatus();
}

// Starts over with another clock where the devices stamp otherwise than before.
void PtpEngine::ReviseStamps() {
  const int64_t now_ns = environment_.time.monotonic_ns();
  if (!environment_.decide_stamps || now_ns < next_decision_ns_) return;
  next_decision_ns_ = now_ns + kDecideStampsEveryNs;
  const StampDecision stamps = DecideStampsFor(*config_);
  if (stamps.provisional || stamps == stamps_) return;
  const absl::Status replaced = ReplaceClock(*config_, stamps);
  if (replaced.ok()) {
    Start(*config_);
  } else {
    next_decision_ns_ = now_ns + kTryClockAgainNs;
    Note("FAULT", std::string(replaced.message()));
  }
}

void PtpEngine::FollowHardwareClock() {
  if (follower_ == nullptr) return;
  std::optional<int> utc_offset_s;
  if (ordinary_clock() != nullptr && ordinary_clock()->port().parent() != nullptr) {
    utc_offset_s = ordinary_clock()->port().client_side().utc().applied_s();
  }
  if (follower_->HandleTimers(Now(), steered_clock_->was_locked(), utc_offset_s)) {
    for (const auto& port : ports_) port->ClockStepped();
  }
}

// The first port goes on undisturbed; if another one steered, it hands over.
void PtpEngine::ReplaceFurtherPorts(const EngineConfig& config) {
  if (steering_ != 0) {
    ports_[steering_]->SetSteering(false);
    steering_ = 0;
    ports_[0]->SetSteering(true);
  }
  ports_.resize(1);
  standings_.clear();
  for (const auto& further : config.further_ports()) {
    AddPort(config, further.interface(), further.device(), nullptr);
  }
}

void PtpEngine::Start(const EngineConfig& config) {
  ++resets_;
  RecallFrequency(config);
  Note("CONFIGURED",
       absl::StrCat(config.interface(), " (", config.device(), "), domain ", config.domain_number(),
                    ", ", clock_->name(), " clock", config.read_only() ? ", read-only" : "",
                    config.clock_lent() ? ", lent to another program" : "",
                    stamps_.why.empty() ? "" : "; timestamps: ", stamps_.why));
  steered_clock_ = std::make_unique<SteeredClock>(
      *clock_, HoldoverLimitOf(config),
      [this](const std::string& kind, const std::string& text) { Note(kind, text); });
  if (auto* hardware = dynamic_cast<clock::HardwareClock*>(clock_.get())) {
    follower_ = std::make_unique<HardwareClockFollower>(
        *hardware, ToServo(config.step_rule()), config.read_only(),
        [this](const std::string& kind, const std::string& text) { Note(kind, text); });
  }
  next_decision_ns_ = environment_.time.monotonic_ns() + kDecideStampsEveryNs;
  leap_seconds_ = std::make_unique<LeapSeconds>(
      *clock_, config,
      [this](const std::string& kind, const std::string& text) { Note(kind, text); });
  kernel_sync_ = std::make_unique<KernelSync>(*clock_);
  if (config.clock_lent()) Lend();
  steering_ = 0;
  standings_.clear();
  protocol_ = HasOneClock(config) ? SharedClockOf(config) : nullptr;
  AddPort(config, config.interface(), config.device(), protocol_);
  for (const auto& further : config.further_ports()) {
    AddPort(config, further.interface(), further.device(), protocol_);
  }
  HandleTimers();
}

void PtpEngine::AddPort(const EngineConfig& config, const std::string& interface,
                        const std::string& device, std::shared_ptr<ProtocolClock> protocol) {
  const size_t index = ports_.size();
  const size_t index_in_clock = protocol != nullptr ? index : 0;
  if (protocol == nullptr) {
    protocol = std::make_shared<ProtocolClock>(ProtocolClockConfigOf(config),
                                               std::vector{ProtocolPortConfigOf(config, 1)});
  }
  PortContext context{environment_.time,
                      *steered_clock_,
                      [this, interface](const std::string& kind, const std::string& text) {
                        // Where there are several, an event says whose it is.
                        Note(kind, ports_.size() > 1 ? interface + ": " + text : text);
                      },
                      [this](const stats::StatsLine& line) { WriteStatsLine(line); },
                      [this](stats::Quantity quantity, double value, protocol::MonoTime now) {
                        seconds_.Add(quantity, value, now.time_since_epoch().count());
                      },
                      [this, index] {
                        for (size_t i = 0; i < ports_.size(); ++i) {
                          if (i != index) ports_[i]->ClockStepped();
                        }
                      },
                      [this, index](const wire::Message& message, const wire::PortAddress& from) {
                        management_.Receive(index, message, from);
                      }};
  ports_.push_back(std::make_unique<EnginePort>(
      interface, device, environment_.network(ForNetwork(config, stamps_)), std::move(protocol),
      index_in_clock, ClockConfigOf(config), /*steering=*/index == steering_, std::move(context)));
  ports_.back()->SetPacketsPass(config.simulated_packets_pass());
}

void PtpEngine::AppendPollFds(std::vector<pollfd>& fds) const {
  for (const auto& port : ports_) port->AppendPollFds(fds);
  management_.AppendPollFds(fds);
}

void PtpEngine::HandleReady(absl::Span<const pollfd> fds) {
  for (const auto& port : ports_) port->HandleReady(fds);
  management_.HandleReady(fds);
  management_.Work();
}

void PtpEngine::HandleTimers() {
  for (const auto& port : ports_) port->HandleTimers();
  const int64_t now_ns = environment_.time.monotonic_ns();
  if (protocol_ != nullptr) {
    FollowSlavePort();
  } else if (ports_.size() > 1 && now_ns >= next_comparison_ns_) {
    next_comparison_ns_ = now_ns + kCompareMastersEveryNs;
    CompareMasters();
  }
  KeepLeapSeconds();
  LookAfterKeys(/*at_once=*/false);
  FollowHardwareClock();
  TellKernel();
  if (now_ns >= next_frequency_save_ns_) SaveFrequency();
  if (stats_log_ != nullptr && now_ns >= stats_log_->next_flush_ns()) {
    NoteStatsLog(stats_log_->Flush());
  }
  if (config_) ReviseStamps();
}

int64_t PtpEngine::NextDeadlineNs() const {
  const bool compares = ports_.size() > 1 && protocol_ == nullptr;
  int64_t next_ns = compares ? next_comparison_ns_ : std::numeric_limits<int64_t>::max();
  for (const auto& port : ports_) next_ns = std::min(next_ns, port->NextDeadlineNs());
  next_ns = std::min<int64_t>(next_ns, keys_.NextDeadline().time_since_epoch().count());
  if (stats_log_ != nullptr) next_ns = std::min(next_ns, stats_log_->next_flush_ns());
  if (follower_ != nullptr) {
    next_ns = std::min(next_ns, follower_->NextDeadline().time_since_epoch().count());
  }
  if (leap_seconds_ != nullptr) {
    next_ns = std::min(next_ns, leap_seconds_->NextDeadline().time_since_epoch().count());
  }
  if (kernel_sync_ != nullptr) {
    next_ns = std::min(next_ns, kernel_sync_->NextDeadline().time_since_epoch().count());
  }
  return next_ns;
}

MasterOpinion PtpEngine::OpinionOf(const EnginePort& port) const {
  MasterOpinion opinion;
  const OrdinaryClock* clock = port.ordinary_clock();
  const protocol::ForeignMaster* parent = clock != nullptr ? clock->port().parent() : nullptr;
  if (parent == nullptr) return opinion;
  opinion.master =
      protocol::DataSetFromAnnounce(parent->header, parent->announce, clock->port().identity());
  // Against a clock of unknown pace, measurements of different moments say nothing.
  opinion.measured = steered_clock_->was_locked() && clock->best_pair().settled();
  if (opinion.measured) {
    opinion.offset_ns = clock->best_pair().OffsetNs(steered_clock_->MovedNs(Now()));
    opinion.bound_ns = clock->best_pair().bound_ns();
  }
  return opinion;
}

void PtpEngine::CompareMasters() {
  const auto was_distrusted = [this](size_t i) {
    return i < standings_.size() && standings_[i] == Standing::kDistrusted;
  };
  std::vector<MasterOpinion> opinions;
  for (size_t i = 0; i < ports_.size(); ++i) {
    opinions.push_back(OpinionOf(*ports_[i]));
    opinions.back().distrusted_before = was_distrusted(i);
  }
  std::optional<OwnOpinion> own;
  if (const auto judgement = steered_clock_->OwnJudgement(Now())) {
    own = OwnOpinion{judgement->ahead_ns, judgement->bound_ns};
  }
  MasterVerdict verdict = JudgeMasters(opinions, steering_, own);
  for (size_t i = 0; i < ports_.size(); ++i) {
    if (verdict.standings[i] == Standing::kDistrusted && !was_distrusted(i)) {
      TellDistrust(i, opinions[i]);
    }
  }
  standings_ = std::move(verdict.standings);
  if (!verdict.follow || *verdict.follow == steering_) return;
  Note("MASTER_CHANGED",
       absl::StrCat("following the master on ", ports_[*verdict.follow]->interface(),
                    " instead of ", ports_[steering_]->interface()));
  Steer(*verdict.follow);
}

// Without a slave port the one that steered last goes on: it holds the clock over.
void PtpEngine::FollowSlavePort() {
  const std::optional<size_t> slave =
      protocol() != nullptr ? protocol()->slave_port() : std::nullopt;
  if (slave && *slave != steering_) Steer(*slave);
}

void PtpEngine::Steer(size_t index) {
  ports_[steering_]->SetSteering(false);
  steering_ = index;
  ports_[steering_]->SetSteering(true);
}

void PtpEngine::KeepLeapSeconds() {
  if (leap_seconds_ == nullptr || Now() < leap_seconds_->NextDeadline()) return;
  std::vector<protocol::PtpClock*> all;
  for (const auto& port : ports_) {
    if (port->protocol() != nullptr) all.push_back(port->protocol());
    if (protocol_ != nullptr) break;  // the others have the same one
  }
  leap_seconds_->Update(port() != nullptr ? port()->protocol() : nullptr, all,
                        steered_clock_->status().synchronized(), Now());
}

void PtpEngine::TellKernel() {
  if (kernel_sync_ == nullptr) return;
  if (config_->read_only() || config_->clock_lent()) return kernel_sync_->Leave();
  const bool right = steered_clock_->status().synchronized() && ordinary_clock() != nullptr &&
                     (follower_ == nullptr || follower_->calibrated());
  if (!kernel_sync_->Wants(right, Now())) return;
  std::optional<clock::ClockError> error;
  if (right) {
    const double estimated_ns = ordinary_clock()->Uncertainty().bound_95_ns;
    error = clock::ClockError{estimated_ns, estimated_ns + ordinary_clock()->MostHiddenNs()};
  }
  kernel_sync_->Tell(error, Now());
}

void PtpEngine::TellDistrust(size_t index, const MasterOpinion& opinion) {
  Note(
      "MASTER_DISTRUSTED",
      absl::StrFormat("master %s on %s contradicts the majority: %+.9f s from our clock, which can "
                      "be wrong by %.9f s",
                      wire::ToString(opinion.master->sender), ports_[index]->interface(),
                      -opinion.offset_ns * 1e-9, opinion.bound_ns * 1e-9));
}

// What was learned of one oscillator says nothing of another.
std::string PtpEngine::FrequencyFileOf(const EngineConfig& config) const {
  const bool hardware = stamps_.source == net::StampSource::kHardware;
  return absl::StrCat(config.frequency_file(), hardware ? ".hardware" : "");
}

void PtpEngine::SaveFrequency() {
  if (ordinary_clock() == nullptr || config_->frequency_file().empty() || config_->read_only() ||
      config_->clock_lent() || steered_clock_->status().state() != ClockState::kLocked) {
    return;
  }
  const stats::Moments recent = ordinary_clock()->measurements().frequency_ppb.Recent();
  if (recent.count() < kSettledSamples) return;
  next_frequency_save_ns_ = environment_.time.monotonic_ns() + frequency_save_gap_ns_;
  frequency_save_gap_ns_ = std::min(2 * frequency_save_gap_ns_, kMaxFrequencySaveGapNs);
  const absl::Status saved = WriteFrequency(FrequencyFileOf(*config_), recent.mean());
  if (!saved.ok()) Note("FAULT", std::string(saved.message()));
}

void PtpEngine::RecallFrequency(const EngineConfig& config) {
  next_frequency_save_ns_ = environment_.time.monotonic_ns();
  frequency_save_gap_ns_ = kFirstFrequencySaveGapNs;
  if (config.frequency_file().empty() || config.read_only() || config.clock_lent()) return;
  const absl::StatusOr<double> in_force = clock_->Frequency();
  if (!in_force.ok() || *in_force != 0) return;
  const auto stored = ReadFrequency(FrequencyFileOf(config), clock_->max_frequency_ppb());
  if (!stored) return;
  if (clock_->SetFrequency(*stored).ok()) {
    Note("RECOVERED",
         absl::StrCat("frequency of ", *stored, " ppb from ", FrequencyFileOf(config)));
  }
}

void PtpEngine::OpenStatsLog(const EngineConfig& config) {
  const auto& wanted = config.stats_log();
  if (stats_log_ != nullptr && stats_log_->options().path == wanted.path() &&
      stats_log_->options().max_bytes == wanted.max_bytes() &&
      stats_log_->options().max_files == wanted.max_files()) {
    return;
  }
  stats_log_.reset();
  if (wanted.path().empty()) return;
  stats_log_ = std::make_unique<stats::LogFile>(stats::LogFileOptions{
      wanted.path(), wanted.max_bytes(), wanted.max_files(), stats::StatsHeader()});
}

void PtpEngine::OpenManagement(const EngineConfig& config) {
  const absl::Status opened = management_.Configure(config);
  if (!opened.ok()) Note("FAULT", std::string(opened.message()));
}

void PtpEngine::ReopenLog() {
  if (stats_log_ != nullptr) NoteStatsLog(stats_log_->Reopen());
}

void PtpEngine::ReloadKeys() {
  LookAfterKeys(/*at_once=*/true);
}

void PtpEngine::LookAfterKeys(bool at_once) {
  const absl::StatusOr<bool> renewed = keys_.Look(Now(), at_once);
  if (!renewed.ok()) return Note("FAULT", std::string(renewed.status().message()));
  if (!*renewed) return;
  for (const auto& port : ports_) port->Reconfigure(ClockConfigOf(*config_));
  Note("KEYS_READ", config_->authentication().association_file());
}

void PtpEngine::Note(const std::string& kind, const std::string& text) {
  events_.Add(clock_ != nullptr ? clock_->NowNs() : environment_.time.realtime_ns(), kind, text);
  environment_.log(absl::StrCat(kind, ": ", text));
}

void PtpEngine::WriteStatsLine(const stats::StatsLine& line) {
  if (stats_log_ == nullptr) return;
  NoteStatsLog(stats_log_->Append(stats::FormatStatsLine(line), environment_.time.monotonic_ns()));
}

void PtpEngine::NoteStatsLog(const absl::Status& written) {
  // A line that is only gathered says nothing about the disk.
  if (written.ok() && stats_log_->gathering()) return;
  std::string trouble = written.ok() ? "" : std::string(written.message());
  // Said once, not with every line.
  if (trouble != stats_log_trouble_ && !trouble.empty()) Note("FAULT", trouble);
  stats_log_trouble_ = std::move(trouble);
}

}  // namespace ptpcore::engine
