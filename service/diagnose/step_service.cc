// The service ptpd is to run, and does.
#include "absl/strings/str_cat.h"
#include "service/diagnose/conditions.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "SERVICE";
constexpr char kTitle[] = "The service ptpd runs";

// Why hostd does not run the engine: these come first, what is said of the engine follows.
const reconcile::Condition* Hindrance(const Facts& facts) {
  for (const char* code : {"SERVICE_NOT_STARTED", "CLOCK_NOT_ADJUSTABLE"}) {
    if (const auto* found = FindCondition(facts.ptp.conditions, code)) return found;
  }
  return nullptr;
}

}  // namespace

v1::TestStep JudgeService(const Facts& facts) {
  if (const reconcile::Condition* hindrance = Hindrance(facts)) {
    return Found(kCode, kTitle, "it is not to run",
                 {Failure(hindrance->code, hindrance->message, {}, hindrance->remedy)});
  }
  const reconcile::Condition* failed = FindCondition(facts.ptp.conditions, "ENGINE_NOT_RUNNING");
  if (failed == nullptr && facts.ptp.engine_pid == 0 &&
      (!facts.interface.device || !facts.interface.notes.empty())) {
    return Skipped(kCode, kTitle, "it starts with its interface");
  }
  std::string restarts;
  if (facts.ptp.engine_restarts > 0) {
    restarts =
        absl::StrCat("it ended unexpectedly ", facts.ptp.engine_restarts,
                     facts.ptp.engine_restarts == 1 ? " time" : " times", " since hostd started");
  }
  if (failed != nullptr || facts.ptp.engine_pid == 0 || !facts.before) {
    const std::string why = failed != nullptr ? failed->message : facts.no_stats;
    return Found(
        kCode, kTitle, "it does not answer",
        {Failure(
            "ENGINE_NOT_RUNNING", why.empty() ? "the service ptpd does not run" : why, {restarts},
            failed != nullptr ? failed->remedy : "hostctl system service restart --service ptpd")});
  }
  return Passed(kCode, kTitle,
                absl::StrCat("PID ", facts.ptp.engine_pid, restarts.empty() ? "" : "; ", restarts));
}

}  // namespace hostctl::diagnose
