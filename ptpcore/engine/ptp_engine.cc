#include "ptpcore/engine/ptp_engine.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/clock/system_clock.h"
#include "ptpcore/clock/virtual_clock.h"
#include "ptpcore/engine/frequency_file.h"
#include "ptpcore/engine/simulated_transport.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::engine::v1;
using protocol::MonoTime;

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

absl::StatusOr<std::unique_ptr<clock::Clock>> OpenClock(const EngineConfig& config) {
  if (config.clock() == v1::CLOCK_KIND_VIRTUAL) {
    const auto& wanted = config.virtual_clock();
    auto clock = clock::VirtualClock::Open(
        {wanted.state_file(), wanted.initial_offset_ns(), wanted.frequency_error_ppb()},
        clock::RealKernelTime());
    if (!clock.ok()) return clock.status();
    return std::unique_ptr<clock::Clock>(*std::move(clock));
  }
  auto clock =
      std::make_unique<clock::SystemClock>(clock::RealKernelTime(), clock::KernelAdjustTime());
  if (!config.read_only()) {
    // Setting what is already set shows whether we may.
    const absl::StatusOr<double> frequency = clock->Frequency();
    if (!frequency.ok()) return frequency.status();
    if (absl::Status s = clock->SetFrequency(*frequency); !s.ok()) return s;
  }
  return std::unique_ptr<clock::Clock>(std::move(clock));
}

// The first is worth keeping once the mean of the last half minute is settled; then rarely.
constexpr int64_t kSaveFrequencyEveryNs = 3'600'000'000'000;
constexpr uint64_t kSettledSamples = 20;

OrdinaryClockConfig ClockConfigOf(const EngineConfig& config, const clock::Clock& clock) {
  OrdinaryClockConfig c;
  c.port.domain_number = static_cast<uint8_t>(config.domain_number());
  c.servo.step_rule = ToServo(config.step_rule());
  c.servo.max_frequency_ppb = clock.max_frequency_ppb();
  c.servo_name = config.servo();
  c.read_only = config.read_only();
  c.holdover_limit = std::chrono::seconds(config.holdover_limit_s());
  c.delay_asymmetry_ns = config.delay_asymmetry_ns();
  c.ingress_latency_ns = config.ingress_latency_ns();
  c.egress_latency_ns = config.egress_latency_ns();
  return c;
}

// A seed that differs between clients, so that their delay requests spread.
uint32_t SeedFrom(const std::array<uint8_t, 6>& mac, int64_t time_ns) {
  auto seed = static_cast<uint32_t>(time_ns ^ (time_ns >> 32));
  for (uint8_t octet : mac) seed = seed * 31 + octet;
  return seed | 1;
}

}  // namespace

EngineEnvironment RealEnvironment() {
  return {clock::RealKernelTime(), OpenClock, UdpIpv4Access(),
          [](const std::string& line) { std::fprintf(stderr, "ptpd: %s\n", line.c_str()); }};
}

PtpEngine::PtpEngine(EngineEnvironment environment)
    : environment_(std::move(environment)), started_realtime_ns_(environment_.time.realtime_ns()) {}

MonoTime PtpEngine::Now() const {
  return MonoTime(protocol::Duration(environment_.time.monotonic_ns()));
}

absl::StatusOr<bool> PtpEngine::Configure(const EngineConfig& wanted) {
  if (absl::Status s = Validate(wanted); !s.ok()) return s;
  const EngineConfig config = Normalize(wanted);
  const Difference difference = config_ ? Compare(*config_, config) : Difference::kRestart;
  if (difference == Difference::kNone) return false;
  if (difference == Difference::kRestart) {
    // Everything that can fail comes before the first thing that changes.
    auto clock = environment_.open_clock(config);
    if (!clock.ok()) return clock.status();
    ordinary_clock_.reset();
    network_.reset();
    clock_ = *std::move(clock);
    RecallFrequency(config);
  }
  OpenStatsLog(config);
  config_ = config;
  if (difference == Difference::kRestart) {
    Start(config);
  } else if (ordinary_clock_ != nullptr) {
    ordinary_clock_->Reconfigure(ClockConfigOf(config, *clock_));
    ApplyPacketsPass();
  }
  return true;
}

void PtpEngine::Start(const EngineConfig& config) {
  ++resets_;
  Note("CONFIGURED",
       absl::StrCat(config.interface(), " (", config.device(), "), domain ", config.domain_number(),
                    ", ", clock_->name(), " clock", config.read_only() ? ", read-only" : ""));
  network_ = std::make_unique<Network>(config.device(), AccessFor(config));
  HandleTimers();
}

NetworkAccess PtpEngine::AccessFor(const EngineConfig& config) const {
  if (config.transport() != v1::TRANSPORT_KIND_SIMULATED) return environment_.udp_ipv4;
  const auto domain = static_cast<uint8_t>(config.domain_number());
  return {
      [](const std::string&) -> absl::StatusOr<net::Device> {
        return net::Device{1, true, true, {0x00, 0x00, 0x5E, 0x00, 0x53, 0x02}, {192, 0, 2, 10}};
      },
      [time = environment_.time, domain](const std::string&, const net::Device&)
          -> absl::StatusOr<std::unique_ptr<net::Transport>> {
        const auto seed = static_cast<uint64_t>(time.realtime_ns());
        return std::unique_ptr<net::Transport>(
            std::make_unique<SimulatedTransport>(time, domain, seed));
      }};
}

void PtpEngine::ApplyPacketsPass() {
  if (network_ == nullptr || config_->transport() != v1::TRANSPORT_KIND_SIMULATED) return;
  if (auto* simulated = dynamic_cast<SimulatedTransport*>(network_->transport())) {
    simulated->SetPacketsPass(config_->simulated_packets_pass());
  }
}

void PtpEngine::AppendPollFds(std::vector<pollfd>& fds) const {
  if (network_ != nullptr && network_->transport() != nullptr) {
    network_->transport()->AppendPollFds(fds);
  }
}

void PtpEngine::HandleReady(absl::Span<const pollfd> fds) {
  if (network_ == nullptr || network_->transport() == nullptr) return;
  const absl::Status status = network_->transport()->Dispatch(
      fds, [this](const net::Packet& packet) { ordinary_clock_->HandlePacket(packet, Now()); });
  if (status.ok()) return;
  network_->Fail(std::string(status.message()));
  OnNetworkDown();
}

void PtpEngine::HandleTimers() {
  if (network_ == nullptr) return;
  switch (network_->HandleTimers(Now())) {
    case Network::Change::kUp:
      OnNetworkUp();
      break;
    case Network::Change::kDown:
      OnNetworkDown();
      break;
    case Network::Change::kNone:
      break;
  }
  if (ordinary_clock_ != nullptr && network_->transport() != nullptr) {
    ordinary_clock_->HandleTimers(Now());
  }
  if (environment_.time.monotonic_ns() - frequency_saved_ns_ >= kSaveFrequencyEveryNs) {
    SaveFrequency();
  }
}

void PtpEngine::SaveFrequency() {
  if (ordinary_clock_ == nullptr || config_->frequency_file().empty() || config_->read_only() ||
      ordinary_clock_->status().state() != ClockState::kLocked) {
    return;
  }
  const stats::Moments recent = ordinary_clock_->measurements().frequency_ppb.Recent();
  if (recent.count() < kSettledSamples) return;
  frequency_saved_ns_ = environment_.time.monotonic_ns();
  const absl::Status saved =
      WriteFrequency(config_->frequency_file(), recent.mean(), environment_.time.realtime_ns());
  if (!saved.ok()) Note("FAULT", std::string(saved.message()));
}

void PtpEngine::RecallFrequency(const EngineConfig& config) {
  frequency_saved_ns_ = environment_.time.monotonic_ns() - kSaveFrequencyEveryNs;
  if (config.frequency_file().empty() || config.read_only()) return;
  const absl::StatusOr<double> in_force = clock_->Frequency();
  if (!in_force.ok() || *in_force != 0) return;
  const auto stored = ReadFrequency(config.frequency_file(), environment_.time.realtime_ns(),
                                    clock_->max_frequency_ppb());
  if (!stored) return;
  if (clock_->SetFrequency(*stored).ok()) {
    Note("RECOVERED",
         absl::StrCat("frequency of ", *stored, " ppb from ", config.frequency_file()));
  }
}

int64_t PtpEngine::NextDeadlineNs() const {
  if (network_ == nullptr) return std::numeric_limits<int64_t>::max();
  MonoTime next = network_->NextDeadline();
  if (network_->transport() == nullptr) return next.time_since_epoch().count();
  if (ordinary_clock_ != nullptr) next = std::min(next, ordinary_clock_->NextDeadline());
  return std::min(next.time_since_epoch().count(), network_->transport()->next_wake_ns());
}

void PtpEngine::OnNetworkUp() {
  const wire::PortIdentity identity{wire::ClockIdentityFromMac(network_->mac()), 1};
  if (ordinary_clock_ != nullptr && ordinary_clock_->port().config().identity != identity) {
    ordinary_clock_.reset();
  }
  if (ordinary_clock_ == nullptr) {
    OrdinaryClockConfig config = ClockConfigOf(*config_, *clock_);
    config.port.identity = identity;
    config.port.random_seed = SeedFrom(network_->mac(), environment_.time.monotonic_ns());
    Surroundings surroundings;
    surroundings.send_event = [this](absl::Span<const uint8_t> message) {
      return network_->transport()->SendEvent(message);
    };
    surroundings.on_event = [this](const std::string& kind, const std::string& text) {
      Note(kind, text);
    };
    surroundings.on_stats_line = [this](const stats::StatsLine& line) { WriteStatsLine(line); };
    ordinary_clock_ = std::make_unique<OrdinaryClock>(config, *clock_, std::move(surroundings));
  } else {
    Note("RECOVERED", "the network is back");
  }
  ApplyPacketsPass();
  ordinary_clock_->NetworkUp(Now());
}

void PtpEngine::OnNetworkDown() {
  Note("FAULT", network_->reason());
  if (ordinary_clock_ != nullptr) ordinary_clock_->NetworkDown(network_->reason(), Now());
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

void PtpEngine::ReopenLog() {
  if (stats_log_ != nullptr) stats_log_->Reopen();
}

void PtpEngine::Note(const std::string& kind, const std::string& text) {
  events_.Add(clock_ != nullptr ? clock_->NowNs() : environment_.time.realtime_ns(), kind, text);
  environment_.log(absl::StrCat(kind, ": ", text));
}

void PtpEngine::WriteStatsLine(const stats::StatsLine& line) {
  if (stats_log_ == nullptr) return;
  const absl::Status written =
      stats_log_->Append(stats::FormatStatsLine(line), environment_.time.monotonic_ns());
  std::string trouble = written.ok() ? "" : std::string(written.message());
  // Said once, not with every line.
  if (trouble != stats_log_trouble_ && !trouble.empty()) Note("FAULT", trouble);
  stats_log_trouble_ = std::move(trouble);
}

}  // namespace ptpcore::engine
