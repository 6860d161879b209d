#include "service/host_time/conditions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/host_time/time_status.h"
#include "service/host_time/words.h"

namespace hostctl::host_time {
namespace {

constexpr char kTestPtp[] = "hostctl system ptp test";
constexpr char kTestNtp[] = "hostctl system ntp test";
constexpr char kListMasters[] = "hostctl system ptp master list";

class Findings {
 public:
  void Add(Weight weight, const char* code, std::string message, const char* remedy) {
    all_.push_back({weight, {code, std::move(message), remedy}});
  }
  void Add(Weight weight, const reconcile::Condition& condition) {
    all_.push_back({weight, condition});
  }
  // In the order of their weight, and as they were found.
  std::vector<Finding> TakeSorted() {
    std::stable_sort(all_.begin(), all_.end(),
                     [](const Finding& a, const Finding& b) { return a.weight < b.weight; });
    return std::move(all_);
  }

 private:
  std::vector<Finding> all_;
};

bool IsSynchronized(const v1::TimeStatus& status) {
  return status.health() == v1::TIME_HEALTH_SYNCHRONIZED;
}

// What ended synchronization, or keeps it from beginning.
void AddNotSynchronized(const Known& known, const v1::TimeStatus& judged, Findings& out) {
  if (judged.health() == v1::TIME_HEALTH_DISABLED || IsSynchronized(judged)) return;
  if (judged.health() == v1::TIME_HEALTH_FALLBACK || PtpKeepsTime(known.ptp.settings)) {
    const std::string why = !known.stats.ok() ? std::string(known.stats.status().message())
                            : known.stats->state_reason().empty()
                                ? std::string("its clock is not settled yet")
                                : known.stats->state_reason();
    out.Add(Weight::kEnds, "PTP_NOT_SYNCHRONIZED", absl::StrCat("PTP does not keep time: ", why),
            kTestPtp);
    if (!known.fallback.status.in_fallback()) return;
  }
  if (judged.health() == v1::TIME_HEALTH_FALLBACK) return;
  out.Add(Weight::kEnds, "NTP_NOT_SYNCHRONIZED", judged.reason(), kTestNtp);
}

// What concerns both is told once.
void AddNtpConditions(const Known& known, Findings& out) {
  const auto& told = known.ptp.conditions;
  for (const reconcile::Condition& condition : known.ntp.conditions) {
    if (std::find(told.begin(), told.end(), condition) != told.end()) continue;
    out.Add(WeightOf(condition.code), condition);
  }
}

void AddEngine(const Known& known, Findings& out) {
  if (known.lately.engine_restarts == 0) return;
  out.Add(Weight::kEnds, "ENGINE_RESTARTED",
          absl::StrCat("the service ptpd ended unexpectedly ",
                       known.lately.engine_restarts == 1
                           ? std::string("once")
                           : absl::StrCat(known.lately.engine_restarts, " times"),
                       " in the last 10 min"),
          "hostctl system service list");
}

void AddMasters(const v1::PtpStats& stats, Findings& out) {
  for (const v1::MasterView& master : stats.masters()) {
    if (master.standing() != v1::MASTER_STANDING_DISTRUSTED) continue;
    out.Add(Weight::kWorse, "MASTER_DISTRUSTED",
            absl::StrCat("master ", master.grandmaster_identity(), " on ", master.interface(),
                         " contradicts the majority by ", SpanInWords(master.offset_ns()),
                         " and is not followed"),
            kListMasters);
  }
}

// IEEE 1588-2019 table 4; ITU-T G.8275.1 table 2 for 135 to 160.
void AddGrandmaster(const v1::PtpStats& stats, Findings& out) {
  constexpr std::array<uint32_t, 3> kHoldover = {7, 14, 135};
  constexpr std::array<uint32_t, 7> kDegraded = {52, 58, 140, 150, 160, 187, 193};
  if (!stats.has_parent()) return;
  const uint32_t clock_class = stats.parent().grandmaster_clock_class();
  const std::string who = absl::StrCat("grandmaster ", stats.parent().grandmaster_identity());
  const auto is_in = [&](const auto& classes) {
    return std::find(classes.begin(), classes.end(), clock_class) != classes.end();
  };
  constexpr char kRemedy[] = "see to the grandmaster's own reference (its GNSS receiver)";
  if (is_in(kHoldover)) {
    out.Add(Weight::kWorse, "GRANDMASTER_IN_HOLDOVER",
            absl::StrCat(who, " has lost its own reference (clockClass ", clock_class, ")"),
            kRemedy);
  } else if (is_in(kDegraded)) {
    out.Add(Weight::kWorse, "GRANDMASTER_DEGRADED",
            absl::StrCat(who,
                         " has lost its own reference and is out of its specification (clockClass ",
                         clock_class, ")"),
            kRemedy);
  }
}

void AddMeasurements(const Lately& lately, Findings& out) {
  const uint64_t stamped = lately.syncs + lately.delay_requests;
  if (lately.lost_timestamps >= 3 && lately.lost_timestamps * 20 >= stamped) {
    out.Add(Weight::kEnds, "TIMESTAMPS_LOST",
            absl::StrCat("of the ", stamped, " messages of the last minute ",
                         lately.lost_timestamps, " had no timestamp"),
            "hostctl system ptp port list");
  }
  if (lately.unanswered_requests >= 5 && lately.unanswered_requests * 4 >= lately.delay_requests) {
    out.Add(Weight::kEnds, "DELAY_REQUESTS_UNANSWERED",
            absl::StrCat("of the ", lately.delay_requests, " delay requests of the last minute ",
                         lately.unanswered_requests, " were not answered"),
            kTestPtp);
  }
}

void AddClock(const v1::PtpStats& stats, Findings& out) {
  if (stats.clock_slewing_at_maximum()) {
    out.Add(Weight::kEnds, "FREQUENCY_AT_LIMIT",
            "the correction of the clock's frequency stands at its limit: the clock, or the "
            "master, runs more wrongly than can be corrected",
            "hostctl system ptp stats get");
  }
  if (stats.uncertainty().bound_95_ns() > kPtpBoundLargeNs) {
    out.Add(
        Weight::kWorse, "ERROR_BOUND_LARGE",
        absl::StrCat("the clock is known to +-", SpanInWords(stats.uncertainty().bound_95_ns()),
                     " only; with PTP it should be better than ", SpanInWords(kPtpBoundLargeNs)),
        kTestPtp);
  }
}

void AddFirewall(const Lately& lately, Findings& out) {
  if (lately.firewall_repairs < 3) return;
  out.Add(Weight::kEnds, "FIREWALL_REPAIRED_OFTEN",
          absl::StrCat("somebody changed the firewall ", lately.firewall_repairs,
                       " times in the last 10 min, and it was put back each time"),
          "nft monitor");
}

void AddNtp(const v1::NtpStats& ntp, Findings& out) {
  int answer = 0;
  for (const v1::NtpSource& source : ntp.sources()) {
    if (source.reach() != 0) ++answer;
    if (source.state() != v1::NTP_SOURCE_STATE_FALSETICKER) continue;
    out.Add(Weight::kWorse, "NTP_FALSETICKER",
            absl::StrCat("NTP server ", source.address(),
                         " contradicts the others and is not followed"),
            "hostctl system ntp stats get");
  }
  if (ntp.sources_size() > 1 && answer == 1) {
    out.Add(Weight::kEnds, "NTP_SERVERS_SILENT",
            absl::StrCat("of ", ntp.sources_size(), " NTP servers only one answers"), kTestNtp);
  }
  if (ntp.maximum_error_ns() > kNtpBoundLargeNs) {
    out.Add(
        Weight::kWorse, "ERROR_BOUND_LARGE",
        absl::StrCat("the clock is known to +-", SpanInWords(ntp.maximum_error_ns()),
                     " only; with NTP it should be better than ", SpanInWords(kNtpBoundLargeNs)),
        kTestNtp);
  }
}

void AddFallback(const FallbackView& fallback, const NtpView& ntp, Findings& out) {
  if (fallback.wanted != v1::FALLBACK_NTP || fallback.status.in_fallback()) return;
  if (ntp.servers == 0) {
    out.Add(Weight::kWorse, "FALLBACK_WITHOUT_SERVERS",
            "NTP is to take over when PTP fails, and has no servers",
            "hostctl system ntp set --server pool.ntp.org");
  } else if (!fallback.status.reason().empty() && !fallback.status.has_changes_in()) {
    out.Add(Weight::kWorse, "FALLBACK_FAILED", fallback.status.reason(), kTestNtp);
  }
}

}  // namespace

Weight WeightOf(const std::string& ptp_condition) {
  constexpr std::array<const char*, 17> kEnd = {"INTERFACE_DOWN",        "INTERFACE_NO_LINK",
                                                "INTERFACE_NO_ADDRESS",  "INTERFACE_MISSING",
                                                "INTERFACES_UNREADABLE", "RULESET_CLOSED",
                                                "ALLOWED_IPS_EMPTY",     "FIREWALL_NOT_PERMITTED",
                                                "FIREWALL_FAILED",       "FOREIGN_DROP",
                                                "ENGINE_NOT_RUNNING",    "ENGINE_START_FAILED",
                                                "CLOCK_NOT_ADJUSTABLE",  "SERVICE_NOT_STARTED",
                                                "SERVICE_START_FAILED",  "UNICAST_MASTERS_MISSING",
                                                "NTP_NOT_RUNNING"};
  if (std::find(kEnd.begin(), kEnd.end(), ptp_condition) != kEnd.end()) return Weight::kEnds;
  if (absl::StartsWith(ptp_condition, "WATCH_INTERFACE_")) return Weight::kWorse;
  return Weight::kNote;
}

std::vector<Finding> FindingsOf(const Known& known, const v1::TimeStatus& judged) {
  Findings out;
  AddNotSynchronized(known, judged, out);
  for (const reconcile::Condition& condition : known.ptp.conditions) {
    out.Add(WeightOf(condition.code), condition);
  }
  if (known.ntp.wanted) AddNtpConditions(known, out);
  if (PtpKeepsTime(known.ptp.settings)) {
    AddEngine(known, out);
    AddFirewall(known.lately, out);
    AddFallback(known.fallback, known.ntp, out);
    if (known.stats.ok()) AddMasters(*known.stats, out);
  }
  if (IsSynchronized(judged) && judged.protocol() == v1::TIME_PROTOCOL_PTP) {
    AddGrandmaster(*known.stats, out);
    AddMeasurements(known.lately, out);
    AddClock(*known.stats, out);
  }
  if (judged.protocol() == v1::TIME_PROTOCOL_NTP) AddNtp(*known.ntp.stats, out);
  return out.TakeSorted();
}

}  // namespace hostctl::host_time
