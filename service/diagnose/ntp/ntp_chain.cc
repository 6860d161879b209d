#include "service/diagnose/ntp/ntp_chain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/diagnose/ntp/ntp_judges.h"
#include "service/diagnose/ntp/span_text.h"
#include "service/diagnose/step_result.h"

namespace hostctl::diagnose {
namespace {

// With iburst so many requests go out within seconds.
constexpr uint32_t kBurst = 4;

}  // namespace

const std::vector<NtpLink>& NtpLinks() {
  static const auto* const kLinks = new std::vector<NtpLink>{
      {JudgeNtpConfiguration, /*measured=*/false, /*independent=*/true},
      {JudgeNtpNames, false, false},
      {JudgeNtpInterface, false, false},
      {JudgeNtpFirewall, false, true},
      {JudgeNtpService, false, true},
      {JudgeNtpServers, true, false},
      {JudgeNtpAgreement, true, false},
      {JudgeNtpSynchronization, true, false},
      {JudgeNtpClock, false, false},
  };
  return *kLinks;
}

v1::TestStep NtpChain::Judge(const NtpLink& link, const NtpFacts& facts) {
  v1::TestStep step = link.judge(facts);
  if (broken() && (disabled_ || !link.independent)) {
    return Skipped(step.code(), step.title(), absl::StrCat("not judged because of ", cause_));
  }
  for (const v1::TestFinding& finding : step.findings()) {
    if (finding.severity() == v1::TEST_OUTCOME_FAILED && cause_.empty()) cause_ = finding.code();
    findings_.push_back(finding);
  }
  disabled_ = disabled_ || cause_ == "NTP_DISABLED" || cause_ == "NTP_NO_SERVERS";
  return step;
}

v1::TestVerdict NtpChain::Verdict(const NtpFacts& facts) const {
  v1::TestVerdict verdict;
  verdict.set_working_normally(!broken());
  std::vector<v1::TestFinding> sorted = findings_;
  std::stable_partition(sorted.begin(), sorted.end(), [](const v1::TestFinding& finding) {
    return finding.severity() == v1::TEST_OUTCOME_FAILED;
  });
  for (const v1::TestFinding& finding : sorted) *verdict.add_findings() = finding;
  if (broken()) {
    verdict.set_message(sorted.front().message());
  } else if (facts.stats.ok()) {
    verdict.set_message(absl::StrCat("NTP works: the clock follows ", facts.stats->reference(),
                                     " to within +-", SpanText(facts.stats->maximum_error_ns()),
                                     sorted.empty() ? "" : "; something needs attention"));
  }
  return verdict;
}

bool MeasuredEnough(const NtpFacts& facts) {
  if (!facts.stats.ok()) return false;
  if (facts.stats->synchronized()) return true;
  return !facts.answers.empty() &&
         std::all_of(facts.answers.begin(), facts.answers.end(),
                     [](const ntp::NtpAnswers& answers) { return answers.sent >= kBurst; });
}

}  // namespace hostctl::diagnose
