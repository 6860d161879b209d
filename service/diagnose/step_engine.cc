// The engine went on running while it was observed.
#include "absl/strings/str_cat.h"
#include "service/diagnose/conditions.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {

v1::TestStep JudgeEngine(const Facts& facts) {
  constexpr char kCode[] = "ENGINE";
  constexpr char kTitle[] = "The engine keeps running";
  const bool other =
      facts.before && facts.after && facts.before->engine_pid() != facts.after->engine_pid();
  if (facts.restarts_while_observed > 0 || other) {
    const auto* failed = FindCondition(facts.ptp.conditions, "ENGINE_NOT_RUNNING");
    return Found(kCode, kTitle, "it ended",
                 {Failure("ENGINE_RESTARTING",
                          absl::StrCat("the service ptpd ended and was started again within ",
                                       SecondsText(facts.observed_s)),
                          {failed == nullptr ? "" : failed->message},
                          "journalctl -u hostd says how it ended")});
  }
  if (!facts.after) {
    return Found(kCode, kTitle, "it does not answer",
                 {Failure("ENGINE_NOT_RUNNING",
                          absl::StrCat("the service ptpd stopped answering: ", facts.no_stats), {},
                          "hostctl system service restart --service ptpd")});
  }
  return Passed(kCode, kTitle, absl::StrCat("observed for ", SecondsText(facts.observed_s)));
}

}  // namespace hostctl::diagnose
