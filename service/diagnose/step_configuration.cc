// What was set can be read, and asks for PTP.
#include "absl/strings/str_cat.h"
#include "service/diagnose/conditions.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "CONFIGURATION";
constexpr char kTitle[] = "PTP is configured and enabled";

std::string Summary(const Facts& facts) {
  return absl::StrCat(
      "interface ", facts.ptp.settings.interface, ", domain ", facts.ptp.settings.domain_number,
      ", ", NameOf(facts.protocol.network_protocol()), ", ",
      NameOf(facts.protocol.delay_mechanism()), ", profile ", facts.ptp.settings.protocol.profile);
}

}  // namespace

v1::TestStep JudgeConfiguration(const Facts& facts) {
  const reconcile::Condition* set_aside =
      FindCondition(facts.ptp.conditions, "STATE_FILE_SET_ASIDE");
  Findings findings;
  if (set_aside != nullptr) {
    // The defaults, which are in force, have PTP off: that follows.
    findings.push_back(Failure("STATE_FILE_UNREADABLE", set_aside->message, {}, set_aside->remedy));
  } else if (!facts.state_problem.empty()) {
    findings.push_back(Failure(
        "STATE_FILE_UNREADABLE",
        absl::StrCat("the stored settings cannot be read any more (", facts.state_problem,
                     "): the next start of hostd would take the last good copy of them"),
        {},
        "set something, e.g. hostctl system ptp set --domain " +
            absl::StrCat(facts.ptp.settings.domain_number) + ", which stores all of them again"));
  } else if (!facts.ptp.settings.enabled) {
    findings.push_back(
        Failure("PTP_DISABLED", "PTP is not enabled", {},
                absl::StrCat(
                    "hostctl system ptp set --enable --interface ",
                    facts.ptp.settings.interface.empty() ? "vmk0" : facts.ptp.settings.interface)));
  } else if (const auto* restored = FindCondition(facts.ptp.conditions, "STATE_FILE_RESTORED")) {
    findings.push_back(Warning("STATE_FILE_RESTORED", restored->message, {}, restored->remedy));
  } else if (const auto* missing = FindCondition(facts.ptp.conditions, "UNICAST_MASTERS_MISSING")) {
    findings.push_back(Failure("UNICAST_MASTERS_MISSING", missing->message, {}, missing->remedy));
  }
  return Found(kCode, kTitle, facts.ptp.settings.enabled ? Summary(facts) : "PTP is off", findings);
}

}  // namespace hostctl::diagnose
