#include "service/host_time/time_status.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/host_time/conditions.h"
#include "service/host_time/timestamp.h"
#include "service/host_time/words.h"
#include "service/reconcile/update.h"

namespace hostctl::host_time {
namespace {

// Sync from this source within +-: what PTP knows of the clock.
void SetPtpBounds(const v1::PtpStats& stats, v1::TimeStatus& out) {
  if (!stats.has_uncertainty()) return;
  out.set_maximum_error_ns(stats.uncertainty().maximum_error_ns());
  out.set_bound_95_ns(stats.uncertainty().bound_95_ns());
}

std::string GrandmasterOf(const v1::PtpStats& stats) {
  return stats.has_parent() ? stats.parent().grandmaster_identity() : "";
}

absl::Duration HoldoverLimit(const Known& known) {
  return absl::Seconds(known.ptp.settings.holdover_limit_s);
}

// `holdover for up to 1 h, then NTP`. NTP comes after its time, or never.
std::string AfterPtp(const Known& known) {
  const bool ntp = known.fallback.wanted == v1::FALLBACK_NTP;
  const absl::Duration holdover = HoldoverLimit(known);
  if (holdover == absl::ZeroDuration()) {
    return ntp ? absl::StrCat("NTP after ", InWords(known.fallback.after)) : "nothing";
  }
  if (ntp) return absl::StrCat("holdover, then NTP after ", InWords(known.fallback.after));
  return absl::StrCat("holdover for ", InWords(holdover), ", then nothing");
}

// Another master that could take over at once.
std::string OtherMaster(const v1::PtpStats& stats) {
  const std::string followed = GrandmasterOf(stats);
  for (const v1::MasterView& master : stats.masters()) {
    if (master.standing() == v1::MASTER_STANDING_BACKUP &&
        master.grandmaster_identity() != followed) {
      return master.grandmaster_identity();
    }
  }
  for (const v1::ForeignMaster& master : stats.foreign_master_list()) {
    if (master.qualification() == v1::MASTER_QUALIFICATION_QUALIFIED &&
        master.grandmaster_identity() != followed) {
      return master.grandmaster_identity();
    }
  }
  return "";
}

std::string TakesOverFromPtp(const Known& known, const v1::PtpStats& stats) {
  const std::string other = OtherMaster(stats);
  if (other.empty()) return AfterPtp(known);
  return absl::StrCat("master ", other, ", then ", AfterPtp(known));
}

std::string ReasonOf(const v1::PtpStats& stats) {
  return stats.state_reason().empty() ? "the clock is not settled yet" : stats.state_reason();
}

void Locked(const Known& known, const v1::PtpStats& stats, v1::TimeStatus& out) {
  out.set_health(v1::TIME_HEALTH_SYNCHRONIZED);
  out.set_protocol(v1::TIME_PROTOCOL_PTP);
  out.set_source(GrandmasterOf(stats));
  out.set_reason(absl::StrCat("PTP follows grandmaster ", out.source(), " on ", stats.interface()));
  out.set_takes_over(TakesOverFromPtp(known, stats));
  SetPtpBounds(stats, out);
}

void Holdover(const Known& known, const v1::PtpStats& stats, v1::TimeStatus& out) {
  const absl::Duration lost = absl::Seconds(stats.holdover_s());
  out.set_health(v1::TIME_HEALTH_HOLDOVER);
  out.set_protocol(v1::TIME_PROTOCOL_PTP);  // it is PTP's time as long as it counts as right
  out.set_reason(absl::StrCat("PTP lost its master ", InWords(lost), " ago (", ReasonOf(stats),
                              "); the clock runs on with the frequency it had and counts as right "
                              "for another ",
                              InWords(HoldoverLimit(known) - lost)));
  SetPtpBounds(stats, out);
  const v1::FallbackStatus& fallback = known.fallback.status;
  if (known.fallback.wanted != v1::FALLBACK_NTP) {
    out.set_takes_over("nothing");
  } else if (fallback.has_changes_in()) {
    out.set_takes_over(
        absl::StrCat("NTP in ", InWords(absl::Seconds(fallback.changes_in().seconds()))));
  } else {
    out.set_takes_over("NTP");
  }
}

// Nobody knows how right the clock is.
void Unsynchronized(const std::string& reason, v1::TimeStatus& out) {
  out.set_health(v1::TIME_HEALTH_UNSYNCHRONIZED);
  out.set_protocol(v1::TIME_PROTOCOL_NONE);
  out.set_reason(reason);
}

void JudgePtp(const Known& known, v1::TimeStatus& out) {
  if (!known.stats.ok()) return Unsynchronized(std::string(known.stats.status().message()), out);
  const v1::PtpStats& stats = *known.stats;
  if (stats.clock_state() == v1::CLOCK_STATE_HOLDOVER && stats.clock_synchronized()) {
    return Holdover(known, stats, out);
  }
  if (stats.has_offset_from_master_ns() && stats.has_parent()) {
    out.set_offset_ns(stats.offset_from_master_ns().last());
  }
  if (stats.clock_state() == v1::CLOCK_STATE_LOCKED && stats.clock_synchronized()) {
    return Locked(known, stats, out);
  }
  if (stats.clock_state() == v1::CLOCK_STATE_HOLDOVER_EXPIRED) {
    Unsynchronized(absl::StrCat("PTP lost its master ", InWords(absl::Seconds(stats.holdover_s())),
                                " ago (", ReasonOf(stats), "), longer than holdover may last"),
                   out);
  } else if (stats.port_state() == v1::PORT_STATE_MASTER) {
    Unsynchronized("this host is the master: it gives its own time and follows nobody", out);
  } else {
    Unsynchronized(absl::StrCat("PTP is not synchronized: ", ReasonOf(stats)), out);
  }
  if (known.fallback.wanted == v1::FALLBACK_NTP) out.set_takes_over("NTP");
}

// Every source has gone silent, while chronyd still counts the clock as right.
bool NobodyAnswers(const v1::NtpStats& ntp) {
  return !ntp.sources().empty() &&
         std::all_of(ntp.sources().begin(), ntp.sources().end(),
                     [](const v1::NtpSource& source) { return source.reach() == 0; });
}

size_t OtherServers(const v1::NtpStats& ntp) {
  const auto usable =
      std::count_if(ntp.sources().begin(), ntp.sources().end(), [](const v1::NtpSource& source) {
        return source.state() == v1::NTP_SOURCE_STATE_COMBINED ||
               source.state() == v1::NTP_SOURCE_STATE_UNSELECTED;
      });
  return static_cast<size_t>(usable);
}

// NTP as the source of time, or in PTP's place.
void JudgeNtp(const Known& known, v1::TimeStatus& out) {
  if (!known.ntp.stats.ok()) {
    return Unsynchronized(std::string(known.ntp.stats.status().message()), out);
  }
  const v1::NtpStats& ntp = *known.ntp.stats;
  if (!ntp.synchronized()) {
    return Unsynchronized(ntp.sources().empty() ? "NTP has no server"
                                                : "NTP is not synchronized: no server is selected",
                          out);
  }
  out.set_maximum_error_ns(ntp.maximum_error_ns());
  if (NobodyAnswers(ntp)) {
    out.set_health(v1::TIME_HEALTH_HOLDOVER);
    out.set_protocol(v1::TIME_PROTOCOL_NTP);
    out.set_reason("no NTP server answers; the clock runs on with the frequency it had");
    out.set_takes_over("nothing");
    return;
  }
  out.set_health(v1::TIME_HEALTH_SYNCHRONIZED);
  out.set_protocol(v1::TIME_PROTOCOL_NTP);
  out.set_source(ntp.reference());
  out.set_offset_ns(ntp.offset_ns());
  out.set_reason(absl::StrCat("NTP follows ", ntp.reference(), ", stratum ", ntp.stratum()));
  const size_t others = OtherServers(ntp);
  out.set_takes_over(others == 0   ? "holdover, then nothing"
                     : others == 1 ? "another NTP server, then holdover"
                                   : absl::StrCat(others, " other NTP servers, then holdover"));
}

void JudgeFallback(const Known& known, v1::TimeStatus& out) {
  const v1::FallbackStatus& fallback = known.fallback.status;
  JudgeNtp(known, out);
  if (out.health() == v1::TIME_HEALTH_SYNCHRONIZED) {
    out.set_health(v1::TIME_HEALTH_FALLBACK);
    out.set_reason(absl::StrCat("NTP follows ", out.source(), " in PTP's place: ",
                                fallback.reason().empty() ? "PTP failed" : fallback.reason()));
  } else if (out.health() == v1::TIME_HEALTH_UNSYNCHRONIZED && known.stats.ok() &&
             known.stats->clock_state() == v1::CLOCK_STATE_HOLDOVER &&
             known.stats->clock_synchronized()) {
    // chronyd has just begun; what PTP knew of the clock still holds.
    const std::string ntp = out.reason();
    Holdover(known, *known.stats, out);
    out.set_reason(absl::StrCat(out.reason(), "; ", ntp));
  }
  out.set_takes_over(
      fallback.has_changes_in()
          ? absl::StrCat("PTP in ", InWords(absl::Seconds(fallback.changes_in().seconds())))
          : "PTP, when it is good again");
}

std::string WhyNobodyKeepsTime(const Known& known) {
  const store::PtpSettings& ptp = known.ptp.settings;
  if (known.ntp.wanted) return "chronyd was told to leave the clock alone: nobody keeps it";
  if (!ptp.enabled) return "neither PTP nor NTP is enabled";
  if (!reconcile::FollowsMasters(ptp)) {
    return "PTP gives this host's time to others and takes none, and NTP is not enabled";
  }
  return "PTP only measures and NTP is not enabled: nobody keeps the clock";
}

// Adds what is wrong; time that is synchronized is DEGRADED by it.
void AddConditions(const Known& known, v1::TimeStatus& out) {
  const std::vector<Finding> findings = FindingsOf(known, out);
  for (const Finding& finding : findings) {
    v1::Condition& condition = *out.add_conditions();
    condition.set_code(finding.condition.code);
    condition.set_message(finding.condition.message);
    condition.set_remedy(finding.condition.remedy);
  }
  if (out.health() != v1::TIME_HEALTH_SYNCHRONIZED || findings.empty() ||
      findings.front().weight == Weight::kNote) {
    return;
  }
  out.set_health(v1::TIME_HEALTH_DEGRADED);
  out.set_reason(absl::StrCat(out.reason(), ", but ", findings.front().condition.message));
}

void SetTime(const Known& known, v1::TimeStatus& out) {
  out.set_clock(known.virtual_clock ? "virtual" : "system");
  if (known.virtual_clock) {
    if (known.stats.ok()) *out.mutable_time() = known.stats->local_time();
  } else {
    *out.mutable_time() = ToTimestamp(known.at);
  }
}

}  // namespace

bool PtpKeepsTime(const store::PtpSettings& settings) {
  return settings.enabled && reconcile::FollowsMasters(settings) && !settings.read_only &&
         settings.servo != "none";
}

v1::TimeProtocol OwnerOf(const Known& known) {
  const bool ptp = PtpKeepsTime(known.ptp.settings) && !known.virtual_clock &&
                   known.ptp.service_state != reconcile::ServiceState::kStopped;
  const bool ntp = known.ntp.wanted && known.ntp.steers;
  if (known.fallback.status.in_fallback() && known.ntp.steers) return v1::TIME_PROTOCOL_NTP;
  return ptp ? v1::TIME_PROTOCOL_PTP : ntp ? v1::TIME_PROTOCOL_NTP : v1::TIME_PROTOCOL_NONE;
}

v1::TimeStatus StatusOf(const Known& known) {
  v1::TimeStatus out;
  SetTime(known, out);
  out.set_time_zone(known.time_zone);
  out.set_host_name(known.host_name);
  *out.mutable_fallback() = known.fallback.status;
  if (known.fallback.status.in_fallback()) {
    JudgeFallback(known, out);
  } else if (PtpKeepsTime(known.ptp.settings)) {
    JudgePtp(known, out);
  } else if (known.ntp.wanted && known.ntp.steers) {
    JudgeNtp(known, out);
  } else {
    out.set_health(v1::TIME_HEALTH_DISABLED);
    out.set_protocol(v1::TIME_PROTOCOL_NONE);
    out.set_reason(WhyNobodyKeepsTime(known));
  }
  AddConditions(known, out);
  return out;
}

}  // namespace hostctl::host_time
