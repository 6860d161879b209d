// A master qualifies and may be followed, and those that are there agree (IEEE 1588-2019
// 9.3, 17.5).
#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"
#include "service/diagnose/sync_samples.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "MASTER";
constexpr char kTitle[] = "A master is chosen";
// Software timestamps of a busy host are wrong by less.
constexpr double kDisagreementS = 0.02;

std::string Describe(const v1::ForeignMaster& master) {
  return absl::StrCat(NameOf(master.port_identity()),
                      master.address().empty() ? "" : absl::StrCat(" (", master.address(), ")"),
                      ", clockClass ", master.grandmaster_clock_class(), ", priority1 ",
                      master.grandmaster_priority1());
}

// Degraded beyond what its holdover promises, IEEE 1588-2019 table 4 and G.8275.1 table 2.
bool IsDegraded(uint32_t clock_class) {
  for (const uint32_t degraded : {52U, 58U, 140U, 150U, 160U, 187U, 193U}) {
    if (clock_class == degraded) return true;
  }
  return false;
}

v1::TestFinding WhyNotFollowed(const v1::ForeignMaster& master, const Facts& facts) {
  const std::vector<std::string> evidence = {Describe(master),
                                             facts.after ? facts.after->state_reason() : ""};
  switch (master.qualification()) {
    case v1::MASTER_QUALIFICATION_CLOCK_CLASS_UNACCEPTABLE:
      return Failure("MASTER_CLASS_UNACCEPTABLE",
                     absl::StrCat("the master's clockClass is ", master.grandmaster_clock_class(),
                                  ", and only up to ", facts.protocol.maximum_clock_class(),
                                  " is followed here: the master has lost its own reference, or "
                                  "the limit is too strict"),
                     evidence,
                     absl::StrCat("mend the grandmaster, or hostctl system ptp set "
                                  "--maximum-clock-class ",
                                  master.grandmaster_clock_class()));
    case v1::MASTER_QUALIFICATION_NOT_ACCEPTABLE:
      return Failure("MASTER_NOT_ON_LIST", "the master is not on the list of acceptable masters",
                     evidence,
                     absl::StrCat("hostctl system ptp set --acceptable-master ",
                                  master.port_identity().clock_identity()));
    case v1::MASTER_QUALIFICATION_TOO_FAR:
      return Failure("MASTER_TOO_FAR", "the master is 255 or more boundary clocks away", evidence,
                     "look for a loop of boundary clocks");
    case v1::MASTER_QUALIFICATION_LOOP:
      return Failure("MASTER_LOOP", "the master's time comes from this host", evidence,
                     "give one of the clocks the role client");
    case v1::MASTER_QUALIFICATION_ALTERNATE:
      return Failure("MASTER_ALTERNATE", "the only master calls itself an alternate one", evidence,
                     "start the grandmaster that it stands in for");
    default:
      return Failure("MASTER_NOT_QUALIFIED",
                     "the master announces itself too rarely: two Announce within four announce "
                     "intervals are needed (IEEE 1588-2019 9.3.2.5)",
                     evidence,
                     absl::StrCat("set the announce interval of both sides alike: hostctl system "
                                  "ptp set --log-announce-interval ",
                                  master.log_announce_interval()));
  }
}

// Two that give time in our domain, and not the same.
std::optional<v1::TestFinding> Disagreement(const Facts& facts) {
  const Talker* followed = Master(facts);
  if (followed == nullptr) return std::nullopt;
  const auto time = MedianOffset(*followed);
  for (const Talker* other : FittingMasters(facts)) {
    const auto others = MedianOffset(*other);
    if (other == followed || !time || !others) continue;
    // An Announce of one of them alone must not make 37 s of two that agree.
    const double apart =
        std::abs((*time - UtcOffsetOf(*followed)) - (*others - UtcOffsetOf(*other)));
    if (apart < kDisagreementS) continue;
    return Failure("MASTERS_DISAGREE",
                   absl::StrFormat("two masters give time in domain %d and are %.3f s apart: one "
                                   "of them is wrong",
                                   followed->domain, apart),
                   {absl::StrCat("followed: ", NameOf(*followed)),
                    absl::StrCat("the other: ", NameOf(*other))},
                   "find out which one is right, and stop the other or give it another domain");
  }
  for (const v1::MasterView& view :
       facts.after ? facts.after->masters() : v1::PtpStats().masters()) {
    if (view.standing() != v1::MASTER_STANDING_DISTRUSTED) continue;
    return Failure("MASTERS_DISAGREE",
                   absl::StrFormat("the master on %s contradicts the others by %.6f s",
                                   view.interface(), std::abs(view.offset_ns()) * 1e-9),
                   {NameOf(view.port_identity())},
                   "find out which one is right: hostctl system "
                   "ptp master list");
  }
  if (Grown(facts, [](const v1::PtpStats& s) { return s.faults().duplicate_identities(); }) > 0) {
    return Failure("DUPLICATE_IDENTITY", "two clocks use the same clockIdentity", {},
                   "give each its own: it follows from the MAC address of its interface");
  }
  return std::nullopt;
}

v1::TestFinding NoneKnown(const Facts& facts) {
  const Talker* master = Master(facts);
  const std::string who = master == nullptr ? "" : NameOf(*master);
  if (master != nullptr && master->announces == 0) {
    return Failure("NO_ANNOUNCE", "a master sends Sync and no Announce: it cannot be chosen",
                   {absl::StrCat(who, ": ", master->syncs, " Sync")},
                   "let UDP port 320 pass on the way from the master, or mend the master");
  }
  if (Reason(facts) == v1::PORT_REASON_NOT_AUTHENTICATED) {
    return Failure("MASTER_NOT_AUTHENTICATED",
                   "a master announces itself, and its messages are not authenticated with a key "
                   "of this host",
                   {facts.after->state_reason(), who},
                   "give the master a key of the security association (hostctl system ptp get "
                   "names its file), or hostctl system ptp set --allow-unauthenticated true");
  }
  return Failure("MASTER_NOT_CHOSEN",
                 absl::StrCat("the engine follows no master: ", facts.after->state_reason()), {who},
                 "hostctl system ptp master list");
}

}  // namespace

v1::TestStep JudgeMaster(const Facts& facts) {
  if (!facts.after) return Skipped(kCode, kTitle, "no report of the engine");
  if (IsMaster(facts) || !Follows(facts)) return Skipped(kCode, kTitle, "this host is master");
  const v1::PtpStats& stats = *facts.after;
  const auto& masters = stats.foreign_master_list();
  const auto followed = std::find_if(masters.begin(), masters.end(),
                                     [](const auto& master) { return master.followed(); });
  if (followed == masters.end() && !stats.has_parent()) {
    const bool acceptable = std::any_of(masters.begin(), masters.end(), [](const auto& master) {
      return master.qualification() == v1::MASTER_QUALIFICATION_QUALIFIED;
    });
    return Found(
        kCode, kTitle, stats.state_reason(),
        {masters.empty() || acceptable ? NoneKnown(facts) : WhyNotFollowed(masters[0], facts)});
  }
  Findings findings;
  if (const auto disagreement = Disagreement(facts)) findings.push_back(*disagreement);
  const uint32_t clock_class = stats.parent().grandmaster_clock_class();
  if (IsDegraded(clock_class)) {
    findings.push_back(Warning(
        "MASTER_DEGRADED",
        absl::StrCat("the grandmaster says that its time has degraded: clockClass ", clock_class),
        {NameOf(stats.parent().parent_port_identity())},
        "look at the grandmaster's own reference (GNSS antenna)"));
  }
  std::string detail = followed == masters.end() ? NameOf(stats.parent().parent_port_identity())
                                                 : Describe(*followed);
  if (masters.size() > 1) absl::StrAppend(&detail, "; ", masters.size(), " masters are heard");
  return Found(kCode, kTitle, detail, findings);
}

}  // namespace hostctl::diagnose
