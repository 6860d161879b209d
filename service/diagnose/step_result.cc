#include "service/diagnose/step_result.h"

namespace hostctl::diagnose {
namespace {

v1::TestFinding Make(v1::TestOutcome severity, const std::string& code, const std::string& message,
                     const std::vector<std::string>& evidence, const std::string& remedy) {
  v1::TestFinding finding;
  finding.set_code(code);
  finding.set_severity(severity);
  finding.set_message(message);
  for (const std::string& line : evidence) {
    if (!line.empty()) finding.add_evidence(line);
  }
  finding.set_remedy(remedy);
  return finding;
}

v1::TestStep Make(v1::TestOutcome outcome, const std::string& code, const std::string& title,
                  const std::string& detail) {
  v1::TestStep step;
  step.set_code(code);
  step.set_title(title);
  step.set_outcome(outcome);
  step.set_detail(detail);
  return step;
}

}  // namespace

v1::TestFinding Failure(const std::string& code, const std::string& message,
                        const std::vector<std::string>& evidence, const std::string& remedy) {
  return Make(v1::TEST_OUTCOME_FAILED, code, message, evidence, remedy);
}

v1::TestFinding Warning(const std::string& code, const std::string& message,
                        const std::vector<std::string>& evidence, const std::string& remedy) {
  return Make(v1::TEST_OUTCOME_WARNING, code, message, evidence, remedy);
}

v1::TestStep Passed(const std::string& code, const std::string& title, const std::string& detail) {
  return Make(v1::TEST_OUTCOME_PASSED, code, title, detail);
}

v1::TestStep Skipped(const std::string& code, const std::string& title, const std::string& why) {
  return Make(v1::TEST_OUTCOME_SKIPPED, code, title, why);
}

v1::TestStep Found(const std::string& code, const std::string& title, const std::string& detail,
                   const Findings& findings) {
  v1::TestStep step = Make(v1::TEST_OUTCOME_PASSED, code, title, detail);
  for (const v1::TestFinding& finding : findings) {
    *step.add_findings() = finding;
    if (finding.severity() == v1::TEST_OUTCOME_FAILED ||
        step.outcome() == v1::TEST_OUTCOME_PASSED) {
      step.set_outcome(finding.severity());
    }
  }
  return step;
}

}  // namespace hostctl::diagnose
