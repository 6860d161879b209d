#include "service/reconcile/service_plan.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "firewall/catalogue.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/update.h"

namespace hostctl::reconcile {
namespace {

using store::ByHand;
using store::DesiredState;
using store::ServicePolicy;
using store::ServicesByHand;

bool Did(const ServicesByHand& by_hand, const std::string& key, ByHand what) {
  const auto found = by_hand.find(key);
  return found != by_hand.end() && found->second == what;
}

bool ChronydSteers(const DesiredState& state, const ServicesByHand& by_hand,
                   const ClockFacts& facts) {
  return facts.chronyd_steers && ShouldRun(state, by_hand, kNtpService);
}

// PTP and NTP as this host's sources of time, whoever holds the clock right now.
absl::Status CheckSources(const DesiredState& before, const DesiredState& after) {
  const auto contradicts = [](const DesiredState& state) {
    return PtpIsSource(state) && NtpIsSource(state) && state.ptp.fallback != store::Fallback::kNtp;
  };
  if (!contradicts(after) || contradicts(before)) return absl::OkStatus();
  if (NtpIsSource(before)) {
    return Failure(absl::StatusCode::kFailedPrecondition,
                   "NTP is this host's source of time; PTP would be one too",
                   {"CLOCK_HAS_OWNER", "",
                    "hostctl system ntp set --disable, or let PTP only measure: "
                    "hostctl system ptp set --read-only=true"});
  }
  return Failure(absl::StatusCode::kFailedPrecondition,
                 "PTP is this host's source of time; NTP would be one too",
                 {"CLOCK_HAS_OWNER", "",
                  "hostctl system ptp set --disable, or let NTP take over when PTP fails: "
                  "hostctl system ptp set --fallback ntp"});
}

bool FallsBackToNothing(const DesiredState& state) {
  return state.ptp.enabled && state.ptp.fallback == store::Fallback::kNtp &&
         state.ntp.servers.empty();
}

absl::Status CheckFallback(const DesiredState& before, const DesiredState& after) {
  if (!FallsBackToNothing(after) || FallsBackToNothing(before)) return absl::OkStatus();
  return Failure(absl::StatusCode::kFailedPrecondition,
                 "PTP would fall back to NTP, which has no time servers",
                 {"FALLBACK_WITHOUT_SERVERS", "config.fallback",
                  "hostctl system ntp set --server ntp.example.org, or "
                  "hostctl system ptp set --fallback none"});
}

}  // namespace

const std::vector<ServiceDefinition>& ServiceCatalogue() {
  // Never destroyed: threads may still read it while the program ends.
  static const auto* const kServices = new std::vector<ServiceDefinition>{
      {kNtpService, "NTP Daemon", "ntpClient", /*required=*/false, /*owns_ruleset=*/false},
      {kPtpService, "PTP Daemon", kPtpRuleset, /*required=*/false, /*owns_ruleset=*/true},
  };
  return *kServices;
}

const ServiceDefinition* FindService(const std::string& key) {
  const auto& all = ServiceCatalogue();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const ServiceDefinition& known) { return known.key == key; });
  return found == all.end() ? nullptr : &*found;
}

ServiceTarget TargetOf(const ServiceInputs& inputs) {
  if (!inputs.ready || inputs.stopped_by_hand) return ServiceTarget::kStop;
  switch (inputs.policy) {
    case ServicePolicy::kOn:
      return ServiceTarget::kRun;
    case ServicePolicy::kAutomatic:
      return inputs.ruleset_open ? ServiceTarget::kRun : ServiceTarget::kStop;
    case ServicePolicy::kOff:
      break;
  }
  return inputs.started_by_hand ? ServiceTarget::kRun : ServiceTarget::kLeave;
}

ServiceInputs InputsOf(const DesiredState& state, const ServicesByHand& by_hand,
                       const std::string& key) {
  const ServiceDefinition& service = *FindService(key);
  ServiceInputs inputs;
  inputs.policy = state.services.at(key);
  inputs.started_by_hand = Did(by_hand, key, ByHand::kStarted);
  inputs.stopped_by_hand = Did(by_hand, key, ByHand::kStopped);
  inputs.ready = key != kPtpService || state.ptp.enabled;
  // NTP that is enabled has chronyd run; its policy is for the chronyd of the host.
  if (key == kNtpService && NtpIsSource(state)) inputs.policy = ServicePolicy::kOn;
  // Its own ruleset follows the service, and so cannot stand in its way.
  inputs.ruleset_open =
      service.owns_ruleset ||
      firewall::Passes(*firewall::FindRuleset(firewall::Catalogue(), service.ruleset),
                       state.firewall);
  return inputs;
}

ServiceTarget TargetOf(const DesiredState& state, const ServicesByHand& by_hand,
                       const std::string& key) {
  return TargetOf(InputsOf(state, by_hand, key));
}

bool ShouldRun(const DesiredState& state, const ServicesByHand& by_hand, const std::string& key) {
  return TargetOf(state, by_hand, key) == ServiceTarget::kRun;
}

std::string WhyNotRun(const ServiceInputs& inputs, const ServiceDefinition& service) {
  if (TargetOf(inputs) == ServiceTarget::kRun) return "";
  if (!inputs.ready) return "PTP is not enabled";
  if (inputs.stopped_by_hand) return "it was stopped by hand";
  if (inputs.policy == ServicePolicy::kAutomatic) {
    return absl::StrCat("its policy is automatic, and the firewall ruleset ", service.ruleset,
                        " is closed");
  }
  return "its policy is off, and nobody has started it since the host started";
}

Condition PtpNotStarted(const ServiceInputs& inputs) {
  return {"SERVICE_NOT_STARTED",
          absl::StrCat("PTP is enabled, but the service ptpd is not started: ",
                       WhyNotRun(inputs, *FindService(kPtpService))),
          "hostctl system service start --service ptpd"};
}

void CoupleRulesets(const ServicesByHand& by_hand, DesiredState& state) {
  for (const ServiceDefinition& service : ServiceCatalogue()) {
    if (!service.owns_ruleset) continue;
    const bool runs = ShouldRun(state, by_hand, service.key) && NeedsRuleset(state.ptp);
    // A ruleset that is not named is a closed one: no need to name it.
    if (!runs && state.firewall.rulesets.count(service.ruleset) == 0) continue;
    state.firewall.rulesets[service.ruleset].enabled = runs;
  }
}

std::vector<Change> ServiceChanges(const DesiredState& before, const ServicesByHand& by_hand_before,
                                   const DesiredState& after, const ServicesByHand& by_hand_after) {
  const auto words = [](bool runs) { return runs ? "running" : "stopped"; };
  std::vector<Change> changes;
  for (const ServiceDefinition& service : ServiceCatalogue()) {
    const std::string subject = absl::StrCat("service.", service.key);
    const ServicePolicy old_policy = before.services.at(service.key);
    const ServicePolicy new_policy = after.services.at(service.key);
    if (old_policy != new_policy) {
      changes.push_back({subject + ".policy", WordOf(old_policy), WordOf(new_policy)});
    }
    const bool ran = ShouldRun(before, by_hand_before, service.key);
    const bool runs = ShouldRun(after, by_hand_after, service.key);
    if (ran != runs) changes.push_back({subject, words(ran), words(runs)});
  }
  return changes;
}

bool PtpIsSource(const DesiredState& state) {
  return state.ptp.enabled && FollowsMasters(state.ptp) && !state.ptp.read_only &&
         state.ptp.servo != "none";
}

bool NtpIsSource(const DesiredState& state) {
  return state.ntp.enabled;
}

bool FallsBackToNtp(const DesiredState& state) {
  return state.ptp.fallback == store::Fallback::kNtp && PtpIsSource(state);
}

bool FallbackArmed(const DesiredState& state, const ServicesByHand& by_hand) {
  return FallsBackToNtp(state) && ShouldRun(state, by_hand, kPtpService);
}

bool ClockLent(const DesiredState& state, const ServicesByHand& by_hand, const ClockFacts& facts) {
  if (FallbackArmed(state, by_hand)) return facts.in_fallback || facts.chronyd_runs;
  return facts.chronyd_runs && facts.chronyd_steers && PtpSteers(state, by_hand, facts);
}

bool PtpSteers(const DesiredState& state, const ServicesByHand& by_hand, const ClockFacts& facts) {
  return facts.ptp_uses_system_clock && PtpIsSource(state) &&
         ShouldRun(state, by_hand, kPtpService);
}

ServiceTarget TargetBeside(const DesiredState& state, const ServicesByHand& by_hand,
                           const ClockFacts& facts, const std::string& key) {
  if (key == kNtpService && FallbackArmed(state, by_hand)) {
    const bool runs = facts.in_fallback && !Did(by_hand, key, ByHand::kStopped);
    return runs ? ServiceTarget::kRun : ServiceTarget::kStop;
  }
  if (key == kNtpService && facts.chronyd_steers && PtpSteers(state, by_hand, facts)) {
    return ServiceTarget::kStop;
  }
  const ServiceTarget target = TargetOf(state, by_hand, key);
  const bool left_over = key == kNtpService && facts.in_fallback && target == ServiceTarget::kLeave;
  return left_over ? ServiceTarget::kStop : target;
}

absl::Status CheckClockOwner(const DesiredState& before, const ServicesByHand& by_hand_before,
                             const DesiredState& after, const ServicesByHand& by_hand_after,
                             const ClockFacts& facts) {
  absl::Status sources = CheckSources(before, after);
  if (sources.ok()) sources = CheckFallback(before, after);
  if (!sources.ok()) return sources;
  // Then a chronyd gives the clock away and gets it in an orderly way.
  if (FallbackArmed(after, by_hand_after)) return absl::OkStatus();
  const bool chronyd_was_first =
      ChronydSteers(before, by_hand_before, facts) || (facts.chronyd_runs && facts.chronyd_steers);
  const bool chronyd_will = ChronydSteers(after, by_hand_after, facts) ||
                            (facts.chronyd_runs && facts.chronyd_steers &&
                             TargetOf(after, by_hand_after, kNtpService) == ServiceTarget::kLeave);
  const bool ptp_was_first = PtpSteers(before, by_hand_before, facts);
  if (!chronyd_will || !PtpSteers(after, by_hand_after, facts)) return absl::OkStatus();
  if (chronyd_was_first && ptp_was_first) return absl::OkStatus();
  if (chronyd_was_first) {
    return Failure(absl::StatusCode::kFailedPrecondition,
                   "chronyd steers the system clock; PTP would steer it too",
                   {"CLOCK_HAS_OWNER", "",
                    "hostctl system service stop --service chronyd, or let PTP only measure: "
                    "hostctl system ptp set --read-only=true"});
  }
  return Failure(absl::StatusCode::kFailedPrecondition,
                 "PTP steers the system clock; chronyd would steer it too",
                 {"CLOCK_HAS_OWNER", "",
                  "hostctl system ptp set --disable, or let PTP only measure: "
                  "hostctl system ptp set --read-only=true"});
}

}  // namespace hostctl::reconcile
