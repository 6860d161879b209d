// The master sends Sync and, if it is two-step, Follow_Up (IEEE 1588-2019 11.3, 11.4).
#include "absl/strings/str_cat.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "SYNC";
constexpr char kTitle[] = "The master sends Sync and Follow_Up";

struct Counts {
  uint64_t announces = 0;
  uint64_t syncs = 0;
  uint64_t two_step_syncs = 0;
  uint64_t follow_ups = 0;
};

Counts CountsOf(const Facts& facts) {
  if (const Talker* master = Master(facts)) {
    return {master->announces, master->syncs, master->two_step_syncs, master->follow_ups};
  }
  Counts counts;
  const auto grown = [&](auto counter) { return Grown(facts, counter); };
  counts.announces = grown([](const auto& s) { return s.messages().announce_received(); });
  counts.syncs = grown([](const auto& s) { return s.messages().sync_received(); });
  counts.follow_ups = grown([](const auto& s) { return s.messages().follow_up_received(); });
  if (facts.after && facts.after->parent().sync_mode() == v1::SYNC_MODE_TWO_STEP) {
    counts.two_step_syncs = counts.syncs;
  }
  return counts;
}

}  // namespace

v1::TestStep JudgeSync(const Facts& facts) {
  if (IsMaster(facts) || !Follows(facts)) return Skipped(kCode, kTitle, "this host is master");
  const Counts counts = CountsOf(facts);
  const v1::PortReason reason = Reason(facts);
  const std::string summary =
      absl::StrCat(counts.announces, " Announce, ", counts.syncs, " Sync, ", counts.follow_ups,
                   " Follow_Up in ", SecondsText(facts.observed_s));
  const Talker* master = Master(facts);
  const std::string who = master != nullptr ? NameOf(*master) : "";
  const std::string why = facts.after ? facts.after->state_reason() : "";
  Findings findings;
  if (counts.syncs == 0 && (counts.announces > 1 || reason == v1::PORT_REASON_NO_SYNC)) {
    findings.push_back(Failure("NO_SYNC", "the master sends Announce and no Sync",
                               {who, summary, why},
                               "let UDP port 319 pass on the way from the master, or mend the "
                               "master: it may have lost its timestamps"));
  } else if (counts.two_step_syncs > 1 && counts.follow_ups == 0) {
    findings.push_back(Failure(
        "NO_FOLLOW_UP", "the master sends two-step Sync and no Follow_Up with its time",
        {who, summary, why}, "mend the master: it gets no transmit timestamps, see its log"));
  } else if (counts.syncs == 0 && !facts.simulated) {
    findings.push_back(Failure("NO_SYNC", "no Sync came", {who, summary, why},
                               "hostctl network diag capture --ptp"));
  }
  return Found(kCode, kTitle, summary, findings);
}

}  // namespace hostctl::diagnose
