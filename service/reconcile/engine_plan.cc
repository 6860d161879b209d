#include "service/reconcile/engine_plan.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/host/resolve.h"
#include "service/reconcile/firewall_change.h"
#include "service/reconcile/update.h"

namespace hostctl::reconcile {
namespace {

namespace wire = hostctl::engine::v1;

constexpr uint32_t kStatsLogFiles = 5;

wire::StepRule RuleOf(store::StepPolicy policy) {
  switch (policy) {
    case store::StepPolicy::kNever:
      return wire::STEP_RULE_NEVER;
    case store::StepPolicy::kAlways:
      return wire::STEP_RULE_ALWAYS;
    case store::StepPolicy::kFirstLock:
      break;
  }
  return wire::STEP_RULE_FIRST_LOCK;
}

void AddProtocol(const ptpcore::profile::Settings& protocol, EngineConfig& config) {
  config.set_profile(protocol.profile);
  *config.mutable_protocol() = ptpcore::profile::Effective(protocol.profile, protocol.values);
  for (const std::string& master : protocol.unicast_masters) config.add_unicast_masters(master);
  for (const auto& master : protocol.acceptable_masters) *config.add_acceptable_masters() = master;
  config.mutable_management()->set_enabled(protocol.management_enabled);
  config.mutable_management()->set_allow_set(protocol.management_allow_set);
  if (!protocol.authentication.association_file().empty()) {
    *config.mutable_authentication() = protocol.authentication;
  }
}

// Everything but the devices. Every field is given a value, as the engine itself
// does: so what an adopted engine says it works with compares equal.
EngineConfig ConfigOf(const store::DesiredState& wanted, const EngineSettings& settings) {
  EngineConfig config;
  config.set_interface(wanted.ptp.interface);
  config.set_domain_number(wanted.ptp.domain_number);
  config.set_transport(settings.transport);
  config.set_clock(settings.clock);
  if (settings.clock == wire::CLOCK_KIND_VIRTUAL) {
    auto& clock = *config.mutable_virtual_clock();
    clock.set_state_file(settings.virtual_clock_file);
    clock.set_initial_offset_ns(settings.virtual_offset_ns);
    clock.set_frequency_error_ppb(settings.virtual_frequency_ppb);
  }
  AddProtocol(wanted.ptp.protocol, config);
  config.set_read_only(wanted.ptp.read_only);
  config.set_step_rule(RuleOf(wanted.ptp.step_policy));
  if (!settings.stats_log.empty()) {
    config.mutable_stats_log()->set_path(settings.stats_log);
    config.mutable_stats_log()->set_max_bytes(settings.stats_log_max_bytes);
    config.mutable_stats_log()->set_max_files(kStatsLogFiles);
  }
  config.set_simulated_packets_pass(settings.transport != wire::TRANSPORT_KIND_SIMULATED ||
                                    !NeedsRuleset(wanted.ptp) ||
                                    RulesetPasses(PolicyInForce(wanted), kPtpRuleset));
  config.set_servo(wanted.ptp.servo);
  config.set_delay_asymmetry_ns(wanted.ptp.delay_asymmetry_ns);
  config.set_ingress_latency_ns(wanted.ptp.ingress_latency_ns);
  config.set_egress_latency_ns(wanted.ptp.egress_latency_ns);
  config.set_holdover_limit_s(wanted.ptp.holdover_limit_s);
  // A server takes time and frequency from the clock as they are.
  if (FollowsMasters(wanted.ptp)) config.set_frequency_file(settings.frequency_file);
  config.set_management_socket(settings.management_socket);
  config.set_leap_seconds_file(settings.leap_seconds_file);
  return config;
}

void AddPolicyConditions(const store::DesiredState& wanted, std::vector<Condition>& conditions) {
  if (NeedsRuleset(wanted.ptp) && !RulesetPasses(PolicyInForce(wanted), kPtpRuleset)) {
    const auto found = wanted.firewall.rulesets.find(kPtpRuleset);
    const bool nobody = found != wanted.firewall.rulesets.end() && found->second.enabled;
    conditions.push_back(
        nobody ? Condition{"RULESET_CLOSED",
                           "PTP is enabled, but the firewall ruleset ptpd allows no address",
                           "hostctl network firewall ruleset set --ruleset-id ptpd "
                           "--allowed-all true"}
               : Condition{"RULESET_CLOSED",
                           "PTP is enabled, but the firewall ruleset ptpd is closed: no PTP "
                           "message gets through",
                           "hostctl system ptp set --enable"});
  }
  const auto in_force =
      ptpcore::profile::Effective(wanted.ptp.protocol.profile, wanted.ptp.protocol.values);
  if (in_force.unicast_negotiation() && in_force.role() == v1::CLOCK_ROLE_CLIENT &&
      wanted.ptp.protocol.unicast_masters.empty()) {
    conditions.push_back({"UNICAST_MASTERS_MISSING",
                          "PTP asks masters for unicast service, and none is named to ask",
                          "hostctl system ptp set --unicast-master ADDRESS"});
  }
  if (wanted.ptp.read_only) {
    conditions.push_back({"CLOCK_READ_ONLY",
                          "PTP measures but does not touch the clock, as it was set",
                          "hostctl system ptp set --read-only=false"});
  }
}

// What the planned configuration needs an address for.
host::AddressNeed NeedOf(const EngineConfig& config) {
  switch (config.protocol().network_protocol()) {
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      return host::AddressNeed::kIpv6;
    case v1::NETWORK_PROTOCOL_ETHERNET:
      return host::AddressNeed::kNone;
    default:
      return host::AddressNeed::kIpv4;
  }
}

// Without an address nothing can be sent; a link without carrier can wait within the engine.
bool CanCarryPtp(const host::Device& device, host::AddressNeed need) {
  return device.up && host::HasAddress(device, need);
}

// The device PTP runs on; false when it cannot be used now.
bool AddInterface(const std::string& name, const host::Snapshot& snapshot, EnginePlan& plan) {
  const auto found = host::ResolveInterface(snapshot, name);
  if (!found.ok()) {
    plan.conditions.push_back(
        {"INTERFACE_MISSING",
         absl::StrCat("the interface ", name, " is missing: PTP waits for it to come back"),
         "hostctl network ip interface list"});
    return false;
  }
  plan.config.set_device(found->device.name);
  plan.config.set_device_index(static_cast<uint32_t>(found->device.index));
  const host::AddressNeed need = NeedOf(plan.config);
  for (const host::InterfaceNote& note : NotesOn(found->device, need)) {
    plan.conditions.push_back({note.code, note.message, note.remedy});
  }
  return CanCarryPtp(found->device, need);
}

bool IsPlanned(const EngineConfig& config, const std::string& device) {
  const auto& ports = config.further_ports();
  return config.device() == device ||
         std::any_of(ports.begin(), ports.end(),
                     [&device](const wire::PortDevice& port) { return port.device() == device; });
}

// A further device, whose masters are watched. One that cannot be used is left
// out: PTP goes on without it.
void AddWatchInterface(const std::string& name, const host::Snapshot& snapshot, EnginePlan& plan) {
  wire::PortDevice port;
  port.set_interface(name);
  const auto found = host::ResolveInterface(snapshot, name);
  bool usable = false;
  if (!found.ok()) {
    plan.conditions.push_back(
        {"WATCH_INTERFACE_MISSING",
         absl::StrCat("the interface to watch ", name, " is missing: PTP goes on without it"),
         "hostctl network ip interface list"});
  } else if (IsPlanned(plan.config, found->device.name)) {
    // Names move; when it was set it was another device.
    plan.conditions.push_back(
        {"WATCH_INTERFACE_TAKEN",
         absl::StrCat("the interface to watch ", name, " is network device `", found->device.name,
                      "`, which PTP uses already under another name"),
         "hostctl system ptp set --watch-interface NAME"});
  } else {
    const host::AddressNeed need = NeedOf(plan.config);
    for (const host::InterfaceNote& note : NotesOn(found->device, need)) {
      plan.conditions.push_back({absl::StrCat("WATCH_", note.code),
                                 absl::StrCat("the interface to watch ", name, ": ", note.message),
                                 note.remedy});
    }
    usable = CanCarryPtp(found->device, need);
    if (usable) {
      port.set_device(found->device.name);
      port.set_device_index(static_cast<uint32_t>(found->device.index));
    }
  }
  if (usable || plan.action != EnginePlan::Action::kRun) *plan.config.add_further_ports() = port;
}

}  // namespace

EnginePlan PlanEngine(const store::DesiredState& wanted, const host::Snapshot& snapshot,
                      const EngineSettings& settings, bool clock_adjustable, bool clock_lent) {
  EnginePlan plan;
  if (!wanted.ptp.enabled) return plan;
  plan.action = EnginePlan::Action::kRun;
  plan.config = ConfigOf(wanted, settings);
  plan.config.set_clock_lent(clock_lent);
  AddPolicyConditions(wanted, plan.conditions);

  if (!wanted.ptp.read_only && !clock_adjustable) {
    plan.action = EnginePlan::Action::kStop;
    plan.conditions.push_back({"CLOCK_NOT_ADJUSTABLE",
                               "hostd may not adjust the system clock (it lacks CAP_SYS_TIME)",
                               "run hostd as root, or `hostctl system ptp set --read-only=true`"});
  }
  const bool usable = AddInterface(wanted.ptp.interface, snapshot, plan);
  if (!usable && plan.action == EnginePlan::Action::kRun) plan.action = EnginePlan::Action::kWait;
  for (const std::string& name : wanted.ptp.watch_interfaces) {
    AddWatchInterface(name, snapshot, plan);
  }
  return plan;
}

bool MaySteer(const EngineConfig& config) {
  return !config.read_only() && !config.clock_lent() && config.servo() != "none" &&
         config.protocol().role() != v1::CLOCK_ROLE_SERVER;
}

bool SameConfig(const EngineConfig& a, const EngineConfig& b) {
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

bool SameButForDevices(const EngineConfig& running, const EngineConfig& planned) {
  for (const wire::PortDevice& port : running.further_ports()) {
    const auto& wanted = planned.further_ports();
    if (std::none_of(wanted.begin(), wanted.end(), [&port](const wire::PortDevice& other) {
          return port.interface() == other.interface();
        })) {
      return false;
    }
  }
  EngineConfig x = running;
  EngineConfig y = planned;
  for (EngineConfig* config : {&x, &y}) {
    config->clear_device();
    config->clear_device_index();
    config->clear_further_ports();
  }
  return SameConfig(x, y);
}

}  // namespace hostctl::reconcile
