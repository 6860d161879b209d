#include "service/reconcile/service_update.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/service_plan.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;
using store::ByHand;
using store::ServicePolicy;
using Action = ServiceUpdate::Action;

// Whether starting `service` can make it run.
absl::Status CheckCanStart(const Wanted& current, const ServiceDefinition& service) {
  const ServiceInputs inputs = InputsOf(current.state, current.by_hand, service.key);
  if (!inputs.ready) {
    return Failure(
        StatusCode::kFailedPrecondition,
        absl::StrCat("the service ", service.key, " has nothing to do: PTP is not enabled"),
        {"PTP_DISABLED", "", "hostctl system ptp set --enable --interface vmk0"});
  }
  if (inputs.policy == ServicePolicy::kAutomatic && !inputs.ruleset_open) {
    return Failure(
        StatusCode::kFailedPrecondition,
        absl::StrCat("the policy of ", service.key, " is automatic: it runs if and only if the ",
                     "firewall ruleset ", service.ruleset, " is open, and that is closed"),
        {"RULESET_CLOSED", "",
         absl::StrCat("hostctl network firewall ruleset set --ruleset-id ", service.ruleset,
                      " --enabled true")});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status UnknownService(const std::string& key, const std::string& field) {
  const auto append_key = [](std::string* out, const ServiceDefinition& known) {
    out->append(known.key);
  };
  return Failure(StatusCode::kNotFound,
                 absl::StrCat("there is no service '", key, "'; known are: ",
                              absl::StrJoin(ServiceCatalogue(), ", ", append_key)),
                 {"SERVICE_NOT_FOUND", field, "hostctl system service list"});
}

absl::StatusOr<Wanted> ApplyServiceUpdate(const Wanted& current, const ServiceUpdate& update) {
  const ServiceDefinition* service = FindService(update.key);
  if (service == nullptr) return UnknownService(update.key, "key");
  Wanted wanted = current;
  switch (update.action) {
    case Action::kStart:
    case Action::kRestart: {
      absl::Status can = CheckCanStart(current, *service);
      if (!can.ok()) return can;
      wanted.by_hand[update.key] = ByHand::kStarted;
      break;
    }
    case Action::kStop:
      wanted.by_hand[update.key] = ByHand::kStopped;
      break;
    case Action::kSetPolicy: {
      const bool runs = ShouldRun(current.state, current.by_hand, update.key);
      if (current.state.services.at(update.key) == update.policy) break;
      wanted.state.services[update.key] = update.policy;
      wanted.by_hand.erase(update.key);
      if (runs && update.policy == ServicePolicy::kOff) {
        wanted.by_hand[update.key] = ByHand::kStarted;
      }
      break;
    }
  }
  CoupleRulesets(wanted.by_hand, wanted.state);
  return wanted;
}

void ForgetAfterSwitch(const store::DesiredState& before, const store::DesiredState& after,
                       store::ServicesByHand& by_hand) {
  if (before.ptp.enabled != after.ptp.enabled) by_hand.erase(kPtpService);
  if (NtpIsSource(before) != NtpIsSource(after)) by_hand.erase(kNtpService);
}

}  // namespace hostctl::reconcile
