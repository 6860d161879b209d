#include "service/diagnose/chain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

bool IsFailure(const v1::TestFinding& finding) {
  return finding.severity() == v1::TEST_OUTCOME_FAILED;
}

std::string Praise(const Facts& facts) {
  if (IsMaster(facts))
    return absl::StrCat("PTP works: this host is master on ", InterfaceName(facts));
  if (!Follows(facts)) return "PTP works as server";
  std::string text = absl::StrCat("PTP works: ", InterfaceName(facts), " follows ",
                                  NameOf(facts.after->parent().parent_port_identity()));
  const std::string& address = facts.after->parent().parent_address();
  if (!address.empty()) absl::StrAppend(&text, " (", address, ")");
  if (facts.after->has_uncertainty()) {
    absl::StrAppend(&text, absl::StrFormat(", within +-%.2f us",
                                           facts.after->uncertainty().bound_95_ns() * 1e-3));
  }
  return text;
}

}  // namespace

const std::vector<Link>& Links() {
  static const auto* const links = new std::vector<Link>{
      {JudgeConfiguration, false},
      {JudgeService, false},
      {JudgeInterface, false},
      {JudgeMulticastGroups, false},
      {JudgeEngine, true},
      {JudgeNetwork, true},
      {JudgeMulticastPath, true, /*independent=*/false, /*probes_multicast=*/true},
      {JudgeFirewall, true},
      {JudgeProtocol, true},
      {JudgeMaster, true},
      {JudgeSync, true},
      {JudgeDelay, true},
      {JudgeTimestamps, true},
      {JudgeTimescale, true},
      {JudgeClockOwner, true, /*independent=*/true},
      {JudgeClock, true},
      {JudgeServo, true},
  };
  return *links;
}

v1::TestStep Chain::Judge(const Link& link, const Facts& facts) {
  v1::TestStep step = link.judge(facts);
  if (broken() && !link.independent) {
    return Skipped(step.code(), step.title(), absl::StrCat("cannot be judged: ", cause_));
  }
  for (const v1::TestFinding& finding : step.findings()) {
    findings_.push_back(finding);
    if (cause_.empty() && IsFailure(finding)) cause_ = finding.code();
  }
  return step;
}

v1::TestVerdict Chain::Verdict(const Facts& facts) const {
  v1::TestVerdict verdict;
  verdict.set_working_normally(!broken());
  // The cause first; what works and needs attention behind what does not work.
  std::vector<v1::TestFinding> ordered = findings_;
  std::stable_partition(ordered.begin(), ordered.end(), IsFailure);
  for (const v1::TestFinding& finding : ordered) *verdict.add_findings() = finding;
  if (broken()) {
    verdict.set_message(ordered.front().message());
  } else if (!ordered.empty()) {
    verdict.set_message(absl::StrCat(Praise(facts), "; but ", ordered.front().message()));
  } else {
    verdict.set_message(Praise(facts));
  }
  return verdict;
}

}  // namespace hostctl::diagnose
