#include "ptpcore/engine/config.h"

#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ptpcore/profile/settings.h"
#include "ptpcore/servo/servo.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::engine::v1;

constexpr double kMaxFrequencyErrorPpb = 500'000;
constexpr uint64_t kDefaultLogBytes = 10 * 1024 * 1024;
constexpr uint32_t kDefaultLogFiles = 5;
constexpr uint32_t kDefaultHoldoverLimitS = 3600;
// Longer ones are no latencies of hardware or asymmetries of a local network.
constexpr int64_t kMaxLatencyNs = 1'000'000'000;

constexpr int kMaxFurtherPorts = 7;

profile::Settings SettingsOf(const EngineConfig& config) {
  return {config.profile(),
          config.protocol(),
          {config.unicast_masters().begin(), config.unicast_masters().end()},
          {config.acceptable_masters().begin(), config.acceptable_masters().end()},
          !config.management().has_enabled() || config.management().enabled(),
          config.management().allow_set(),
          config.authentication()};
}

void SetSettings(const profile::Settings& settings, EngineConfig& config) {
  config.set_profile(settings.profile);
  *config.mutable_protocol() = profile::Effective(settings.profile, settings.values);
  *config.mutable_unicast_masters() = {settings.unicast_masters.begin(),
                                       settings.unicast_masters.end()};
  *config.mutable_acceptable_masters() = {settings.acceptable_masters.begin(),
                                          settings.acceptable_masters.end()};
  config.mutable_management()->set_enabled(settings.management_enabled);
  config.mutable_management()->set_allow_set(settings.management_allow_set);
}

absl::Status ValidateLatency(const char* field, int64_t ns) {
  if (ns >= -kMaxLatencyNs && ns <= kMaxLatencyNs) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, " ", ns, " is not within -1000000000..1000000000"));
}

}  // namespace

absl::Status Validate(const EngineConfig& config) {
  if (config.transport() != v1::TRANSPORT_KIND_SIMULATED && config.device().empty()) {
    return absl::InvalidArgumentError("device is empty: name the network device, e.g. eth0");
  }
  if (config.domain_number() > 255) {
    return absl::InvalidArgumentError(
        absl::StrCat("domain_number ", config.domain_number(), " is not within 0..255"));
  }
  const double error = config.virtual_clock().frequency_error_ppb();
  if (!(std::fabs(error) <= kMaxFrequencyErrorPpb)) {
    return absl::InvalidArgumentError(absl::StrCat("virtual_clock.frequency_error_ppb ", error,
                                                   " is not within -500000..500000"));
  }
  if (!config.servo().empty() && servo::NewServo(config.servo(), {}) == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("servo '", config.servo(), "' is not one of ",
                                                   absl::StrJoin(servo::ServoNames(), ", ")));
  }
  if (config.further_ports_size() > kMaxFurtherPorts) {
    return absl::InvalidArgumentError(absl::StrCat("further_ports: ", config.further_ports_size(),
                                                   " are more than ", kMaxFurtherPorts));
  }
  const uint32_t rate = config.source_rate_limit();
  if (config.has_source_rate_limit() && (rate < kLeastSourceRate || rate > kMostSourceRate)) {
    return absl::InvalidArgumentError(absl::StrCat("source_rate_limit ", rate, " is not within ",
                                                   kLeastSourceRate, "..", kMostSourceRate));
  }
  std::set<std::string> devices = {config.device()};
  for (const auto& port : config.further_ports()) {
    if (port.device().empty() || !devices.insert(port.device()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("further_ports: device '", port.device(), "' is empty or named twice"));
    }
  }
  for (const auto& [field, ns] : {std::pair("delay_asymmetry_ns", config.delay_asymmetry_ns()),
                                  std::pair("ingress_latency_ns", config.ingress_latency_ns()),
                                  std::pair("egress_latency_ns", config.egress_latency_ns())}) {
    if (absl::Status s = ValidateLatency(field, ns); !s.ok()) return s;
  }
  const auto problem =
      profile::Check(profile::Canonical(SettingsOf(config)), config.domain_number());
  return problem.has_value() ? absl::InvalidArgumentError(problem->message) : absl::OkStatus();
}

EngineConfig Normalize(EngineConfig config) {
  if (config.interface().empty()) config.set_interface(config.device());
  if (config.transport() == v1::TRANSPORT_KIND_UNSPECIFIED) {
    config.set_transport(v1::TRANSPORT_KIND_NETWORK);
  }
  if (config.clock() == v1::CLOCK_KIND_UNSPECIFIED) config.set_clock(v1::CLOCK_KIND_SYSTEM);
  if (config.step_rule() == v1::STEP_RULE_UNSPECIFIED) {
    config.set_step_rule(v1::STEP_RULE_FIRST_LOCK);
  }
  if (!config.stats_log().path().empty()) {
    auto& log = *config.mutable_stats_log();
    if (log.max_bytes() == 0) log.set_max_bytes(kDefaultLogBytes);
    if (log.max_files() == 0) log.set_max_files(kDefaultLogFiles);
  }
  if (!config.has_simulated_packets_pass()) config.set_simulated_packets_pass(true);
  if (config.servo().empty()) config.set_servo("adaptive");
  for (auto& port : *config.mutable_further_ports()) {
    if (port.interface().empty()) port.set_interface(port.device());
  }
  if (!config.has_holdover_limit_s()) config.set_holdover_limit_s(kDefaultHoldoverLimitS);
  SetSettings(profile::Canonical(SettingsOf(config)), config);
  return config;
}

Difference Compare(const EngineConfig& before, const EngineConfig& after) {
  if (before.SerializeAsString() == after.SerializeAsString()) return Difference::kNone;
  // What remains different once everything that can change live is alike.
  const auto fixed = [](EngineConfig config) {
    config.clear_interface();
    config.clear_stats_log();
    config.clear_step_rule();
    config.clear_simulated_packets_pass();
    config.clear_servo();
    config.clear_holdover_limit_s();
    config.clear_delay_asymmetry_ns();
    config.clear_ingress_latency_ns();
    config.clear_egress_latency_ns();
    config.clear_frequency_file();
    config.clear_further_ports();
    config.clear_profile();  // a name: what it sets is in `protocol`
    config.clear_management();
    config.clear_management_socket();
    config.clear_clock_lent();
    config.clear_authentication();
    config.clear_source_rate_limit();
    return config.SerializeAsString();
  };
  return fixed(before) == fixed(after) ? Difference::kLive : Difference::kRestart;
}

}  // namespace ptpcore::engine
