// The differences between two desired states, for the answer of a set and of a
// dry run. Pure.
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

// In a fixed order: PTP, firewall, services. Equal states give none.
std::vector<Change> ChangesBetween(const store::DesiredState& before,
                                   const store::DesiredState& after);

}  // namespace hostctl::reconcile
