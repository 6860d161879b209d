// The clock can be adjusted, and is to be.
#include "service/diagnose/conditions.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {

v1::TestStep JudgeClock(const Facts& facts) {
  constexpr char kCode[] = "CLOCK";
  constexpr char kTitle[] = "The clock can be adjusted";
  if (const auto* stuck = FindCondition(facts.ptp.conditions, "CLOCK_NOT_ADJUSTABLE")) {
    return Found(kCode, kTitle, "it cannot",
                 {Failure(stuck->code, stuck->message, {}, stuck->remedy)});
  }
  if (!facts.after) return Skipped(kCode, kTitle, "no report of the engine");
  const v1::PtpStats& stats = *facts.after;
  if (stats.clock_read_only()) {
    return Found(
        kCode, kTitle, "it is only measured",
        {Warning("CLOCK_READ_ONLY", "PTP measures but does not touch the clock, as it was set", {},
                 "hostctl system ptp set --read-only=false")});
  }
  return Passed(kCode, kTitle,
                stats.clock() == "virtual" ? "a virtual clock: this host's own is left alone"
                                           : "the system clock");
}

}  // namespace hostctl::diagnose
