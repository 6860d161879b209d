// The differences between two desired states, for the answer of a set and of a
// dry run. Pure. Those of the services are in service_plan.h.
#pragma once

#include <string>
#include <vector>

#include "service/store/desired_state.h"

namespace hostctl::reconcile {

struct Change {
  std::string subject;  // `ptp.domain_number`, `firewall.ruleset.ptpd.enabled`, `service.ptpd`
  std::string before;
  std::string after;

  bool operator==(const Change& o) const {
    return subject == o.subject && before == o.before && after == o.after;
  }
};

// `first-lock`, `never`, `always`.
std::string StepPolicyText(store::StepPolicy policy);
// `none`, `ntp`.
std::string FallbackText(store::Fallback fallback);

// How the rules of the rulesets differ, `firewall.ruleset.web.rules`, as text like
// `Inbound TCP Dst 80-81, Outbound UDP Dst 53`; empty where there is no such ruleset.
std::vector<Change> ChangesBetween(const std::vector<firewall::RulesetDefinition>& before,
                                   const std::vector<firewall::RulesetDefinition>& after);

// In a fixed order: PTP, NTP, firewall. Equal states give none.
std::vector<Change> ChangesBetween(const store::DesiredState& before,
                                   const store::DesiredState& after);

}  // namespace hostctl::reconcile
