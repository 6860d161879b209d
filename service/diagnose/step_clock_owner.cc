// Nobody else steers the clock that PTP steers.
#include "absl/strings/str_cat.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

// How to stop it for good.
std::string Remedy(const std::string& name) {
  if (name == "chronyd")
    return "hostctl system service stop --service chronyd; systemctl disable --now chrony";
  if (name == "systemd-timesyncd") return "systemctl disable --now systemd-timesyncd";
  if (name == "ntpd" || name == "ntpsec") return "systemctl disable --now ntpsec ntp";
  return absl::StrCat("systemctl disable --now ", name);
}

}  // namespace

v1::TestStep JudgeClockOwner(const Facts& facts) {
  constexpr char kCode[] = "CLOCK_OWNER";
  constexpr char kTitle[] = "Nobody else steers the clock";
  if (!facts.ptp.settings.enabled) return Skipped(kCode, kTitle, "PTP is off");
  if (facts.simulated) return Skipped(kCode, kTitle, "a simulated clock is steered");
  if (facts.ptp.settings.read_only) return Skipped(kCode, kTitle, "PTP only measures");
  Findings findings;
  for (const ClockProgram& program : facts.clock_programs) {
    findings.push_back(
        Failure("CLOCK_HAS_ANOTHER_OWNER",
                absl::StrCat(program.name, " runs beside PTP and steers the same clock"),
                {absl::StrCat("PID ", program.pid, ": ", program.command)}, Remedy(program.name)));
  }
  return Found(kCode, kTitle,
               findings.empty() ? "no other program of time runs"
                                : absl::StrCat(findings.size(), " other program runs"),
               findings);
}

}  // namespace hostctl::diagnose
