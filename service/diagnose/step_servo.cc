// The clock has settled, stays so, and its error is known.
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"
#include "service/diagnose/sync_samples.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "SERVO";
constexpr char kTitle[] = "The clock is locked and steady";
// The first step brings the clock to the master, further ones follow it.
constexpr int kStepsOfASteadyMaster = 1;
constexpr double kRecentS = 300;

int RecentSteps(const v1::PtpStats& stats) {
  int steps = 0;
  for (const v1::PtpEvent& event : stats.events()) {
    const double age = static_cast<double>(stats.local_time().seconds() - event.time().seconds());
    if (event.kind() == "CLOCK_STEPPED" && std::abs(age) < kRecentS) ++steps;
  }
  return steps;
}

std::string Summary(const v1::PtpStats& stats) {
  std::string text =
      absl::StrCat("offset ", absl::StrFormat("%.0f ns", stats.offset_from_master_ns().last()));
  if (stats.has_uncertainty()) {
    absl::StrAppend(
        &text, absl::StrFormat(", within +-%.0f ns (95 %%)", stats.uncertainty().bound_95_ns()));
  }
  return text;
}

v1::TestFinding Jumps(const Facts& facts, double step, int steps) {
  const Talker* master = Master(facts);
  return Failure(
      "TIME_SOURCE_JUMPS", "the master's time jumps: this host cannot follow it steadily",
      {step > 0 ? absl::StrFormat("a step of %.3f s between two Sync while it was observed", step)
                : "",
       steps > 0 ? absl::StrCat("this host's clock was stepped ", steps, " times in the last ",
                                static_cast<int>(kRecentS), " s")
                 : "",
       master == nullptr ? "" : NameOf(*master)},
      "mend the grandmaster: what sets its clock? hostctl system ptp stats watch shows the jumps");
}

}  // namespace

v1::TestStep JudgeServo(const Facts& facts) {
  if (!facts.after) return Skipped(kCode, kTitle, "no report of the engine");
  if (IsMaster(facts) || !Follows(facts)) return Skipped(kCode, kTitle, "this host is master");
  const v1::PtpStats& stats = *facts.after;
  const Talker* master = Master(facts);
  const double step = master == nullptr ? 0 : GreatestStep(*master);
  const int steps = RecentSteps(stats);
  if (step > kJumpS || steps > kStepsOfASteadyMaster) {
    return Found(
        kCode, kTitle, stats.state_reason(),
        {Jumps(facts, step > kJumpS ? step : 0, steps > kStepsOfASteadyMaster ? steps : 0)});
  }
  if (stats.clock_slewing_at_maximum()) {
    return Found(
        kCode, kTitle, Summary(stats),
        {Failure("SLEWING_AT_MAXIMUM",
                 "the correction of the clock's frequency stands at its limit: the clock "
                 "is too far off, or runs too wrongly, to be slewed",
                 {Summary(stats)}, "hostctl system ptp set --step-policy always, or wait")});
  }
  if (Locked(facts)) return Passed(kCode, kTitle, Summary(stats));
  if (stats.clock_state() == v1::CLOCK_STATE_HOLDOVER ||
      stats.clock_state() == v1::CLOCK_STATE_HOLDOVER_EXPIRED) {
    return Found(kCode, kTitle, stats.state_reason(),
                 {Failure("HOLDOVER", "the master is lost; the clock runs on by itself",
                          {stats.state_reason()}, "hostctl system ptp master list")});
  }
  if (stats.servo() == "none") {
    return Skipped(kCode, kTitle, "the servo is none: the clock is only measured");
  }
  return Found(kCode, kTitle, stats.state_reason(),
               {Failure("NOT_SETTLED", "the clock follows a master and has not settled yet",
                        {stats.state_reason(), Summary(stats)},
                        "wait, and test again; if it does not settle, hostctl system ptp stats "
                        "watch shows why")});
}

}  // namespace hostctl::diagnose
