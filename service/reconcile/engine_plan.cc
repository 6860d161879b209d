#include "service/reconcile/engine_plan.h"

#include <google/protobuf/util/message_differencer.h>

#include "absl/strings/str_cat.h"
#include "service/host/resolve.h"
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

// Everything but the device. Every field is given a value, as the engine itself
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
  config.set_read_only(wanted.ptp.read_only);
  config.set_step_rule(RuleOf(wanted.ptp.step_policy));
  if (!settings.stats_log.empty()) {
    config.mutable_stats_log()->set_path(settings.stats_log);
    config.mutable_stats_log()->set_max_bytes(settings.stats_log_max_bytes);
    config.mutable_stats_log()->set_max_files(kStatsLogFiles);
  }
  config.set_simulated_packets_pass(settings.transport != wire::TRANSPORT_KIND_SIMULATED ||
                                    RulesetPasses(wanted.firewall, kPtpRuleset));
  return config;
}

void AddPolicyConditions(const store::DesiredState& wanted, std::vector<Condition>& conditions) {
  if (!RulesetPasses(wanted.firewall, kPtpRuleset)) {
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
                           "hostctl network firewall ruleset set --ruleset-id ptpd "
                           "--enabled true"});
  }
  if (wanted.ptp.read_only) {
    conditions.push_back({"CLOCK_READ_ONLY",
                          "PTP measures but does not touch the clock, as it was set",
                          "hostctl system ptp set --read-only=false"});
  }
}

}  // namespace

EnginePlan PlanEngine(const store::DesiredState& wanted, const host::Snapshot& snapshot,
                      const EngineSettings& settings, bool clock_adjustable) {
  EnginePlan plan;
  if (!wanted.ptp.enabled) return plan;
  plan.action = EnginePlan::Action::kRun;
  plan.config = ConfigOf(wanted, settings);
  AddPolicyConditions(wanted, plan.conditions);

  if (!wanted.ptp.read_only && !clock_adjustable) {
    plan.action = EnginePlan::Action::kStop;
    plan.conditions.push_back({"CLOCK_NOT_ADJUSTABLE",
                               "hostd may not adjust the system clock (it lacks CAP_SYS_TIME)",
                               "run hostd as root, or `hostctl system ptp set --read-only=true`"});
  }
  const auto found = host::ResolveInterface(snapshot, wanted.ptp.interface);
  if (!found.ok()) {
    if (plan.action == EnginePlan::Action::kRun) plan.action = EnginePlan::Action::kWait;
    plan.conditions.push_back({"INTERFACE_MISSING",
                               absl::StrCat("the interface ", wanted.ptp.interface,
                                            " is missing: PTP waits for it to come back"),
                               "hostctl network ip interface list"});
    return plan;
  }
  const host::Device& device = found->device;
  plan.config.set_device(device.name);
  plan.config.set_device_index(static_cast<uint32_t>(device.index));
  for (const host::InterfaceNote& note : found->notes) {
    plan.conditions.push_back({note.code, note.message, note.remedy});
  }
  // Without an address nothing can be sent; a link without carrier can wait within the engine.
  const bool usable = device.up && !device.ipv4.empty();
  if (!usable && plan.action == EnginePlan::Action::kRun) plan.action = EnginePlan::Action::kWait;
  return plan;
}

bool SameConfig(const EngineConfig& a, const EngineConfig& b) {
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

bool SameButForDevice(const EngineConfig& a, const EngineConfig& b) {
  EngineConfig x = a;
  EngineConfig y = b;
  for (EngineConfig* config : {&x, &y}) {
    config->clear_device();
    config->clear_device_index();
  }
  return SameConfig(x, y);
}

}  // namespace hostctl::reconcile
