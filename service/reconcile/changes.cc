#include "service/reconcile/changes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "firewall/catalogue.h"

namespace hostctl::reconcile {
namespace {

std::string BoolText(bool value) {
  return value ? "true" : "false";
}
std::string RunText(bool runs) {
  return runs ? "running" : "stopped";
}

class Collector {
 public:
  void Add(const std::string& subject, const std::string& before, const std::string& after) {
    if (before != after) changes_.push_back({subject, before, after});
  }
  std::vector<Change> Take() { return std::move(changes_); }

 private:
  std::vector<Change> changes_;
};

firewall::RulesetPolicy PolicyOf(const firewall::Policy& policy, const std::string& id) {
  const auto found = policy.rulesets.find(id);
  return found == policy.rulesets.end() ? firewall::RulesetPolicy() : found->second;
}

}  // namespace

std::string StepPolicyText(store::StepPolicy policy) {
  switch (policy) {
    case store::StepPolicy::kNever:
      return "never";
    case store::StepPolicy::kAlways:
      return "always";
    case store::StepPolicy::kFirstLock:
      break;
  }
  return "first-lock";
}

std::vector<Change> ChangesBetween(const store::DesiredState& before,
                                   const store::DesiredState& after) {
  Collector changes;
  const store::PtpSettings& old_ptp = before.ptp;
  const store::PtpSettings& new_ptp = after.ptp;
  changes.Add("ptp.enabled", BoolText(old_ptp.enabled), BoolText(new_ptp.enabled));
  changes.Add("ptp.interface", old_ptp.interface, new_ptp.interface);
  changes.Add("ptp.domain_number", absl::StrCat(static_cast<int>(old_ptp.domain_number)),
              absl::StrCat(static_cast<int>(new_ptp.domain_number)));
  changes.Add("ptp.read_only", BoolText(old_ptp.read_only), BoolText(new_ptp.read_only));
  changes.Add("ptp.step_policy", StepPolicyText(old_ptp.step_policy),
              StepPolicyText(new_ptp.step_policy));
  changes.Add("ptp.servo", old_ptp.servo, new_ptp.servo);
  changes.Add("ptp.delay_asymmetry_ns", absl::StrCat(old_ptp.delay_asymmetry_ns),
              absl::StrCat(new_ptp.delay_asymmetry_ns));
  changes.Add("ptp.ingress_latency_ns", absl::StrCat(old_ptp.ingress_latency_ns),
              absl::StrCat(new_ptp.ingress_latency_ns));
  changes.Add("ptp.egress_latency_ns", absl::StrCat(old_ptp.egress_latency_ns),
              absl::StrCat(new_ptp.egress_latency_ns));
  changes.Add("ptp.holdover_limit", absl::StrCat(old_ptp.holdover_limit_s, " s"),
              absl::StrCat(new_ptp.holdover_limit_s, " s"));
  changes.Add("ptp.watch_interfaces", absl::StrJoin(old_ptp.watch_interfaces, ", "),
              absl::StrJoin(new_ptp.watch_interfaces, ", "));
  for (const firewall::RulesetDefinition& ruleset : firewall::Catalogue()) {
    const auto old_policy = PolicyOf(before.firewall, ruleset.id);
    const auto new_policy = PolicyOf(after.firewall, ruleset.id);
    const std::string path = absl::StrCat("firewall.ruleset.", ruleset.id);
    changes.Add(path + ".enabled", BoolText(old_policy.enabled), BoolText(new_policy.enabled));
    changes.Add(path + ".allow_all", BoolText(old_policy.allow_all),
                BoolText(new_policy.allow_all));
    changes.Add(path + ".allowed_ips", absl::StrJoin(old_policy.allowed_ips, ", "),
                absl::StrJoin(new_policy.allowed_ips, ", "));
  }
  changes.Add("service.ptpd", RunText(old_ptp.enabled), RunText(new_ptp.enabled));
  return changes.Take();
}

}  // namespace hostctl::reconcile
