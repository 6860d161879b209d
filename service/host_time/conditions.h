// What is wrong with the host's time. Time that is synchronized counts as DEGRADED when
// something can end it or makes it worse; what only needs to be known does not degrade it.
//
// Found here, beside the conditions of PTP itself (reconcile::PtpView):
//
//   PTP_NOT_SYNCHRONIZED       PTP is to keep time and does not: why
//   NTP_NOT_SYNCHRONIZED       likewise
//   ENGINE_RESTARTED           the engine ended unexpectedly within ten minutes
//   MASTER_DISTRUSTED          a master contradicts the majority and is not followed
//   GRANDMASTER_IN_HOLDOVER    the grandmaster lost its own reference (clockClass 7, 14, 135)
//   GRANDMASTER_DEGRADED       and is out of its specification (52, 58, 140, 150, 160, 187, 193)
//   TIMESTAMPS_LOST            of a minute's event messages 5 % had no timestamp, three at least
//   DELAY_REQUESTS_UNANSWERED  of a minute's delay requests a quarter, five at least
//   FREQUENCY_AT_LIMIT         the correction of the clock's frequency stands at its limit
//   ERROR_BOUND_LARGE          PTP's 95 % bound exceeds 1 ms, or NTP's greatest error 100 ms
//   FIREWALL_REPAIRED_OFTEN    somebody changed the firewall three times within ten minutes
//   NTP_SERVERS_SILENT         of several NTP servers one at most answers
//   NTP_FALSETICKER            an NTP server contradicts the others
//   FALLBACK_WITHOUT_SERVERS   NTP is to take over and has no servers
//   FALLBACK_FAILED            NTP was to take over and could not
#pragma once

#include <vector>

#include "hostctl/v1/time.pb.h"
#include "service/host_time/known.h"
#include "service/reconcile/condition.h"

namespace hostctl::host_time {

inline constexpr double kPtpBoundLargeNs = 1e6;
inline constexpr double kNtpBoundLargeNs = 100e6;

// How much a condition matters to time that is synchronized.
enum class Weight {
  kEnds,   // it can end it, or has
  kWorse,  // it makes it worse
  kNote,   // good to know
};

struct Finding {
  Weight weight;
  reconcile::Condition condition;
};

// All of them, the worst first. `judged`: the status so far, as if nothing were wrong
// beside what ended synchronization.
std::vector<Finding> FindingsOf(const Known& known, const v1::TimeStatus& judged);

// Of a condition of PTP. Those that are not known here are notes.
Weight WeightOf(const std::string& ptp_condition);

}  // namespace hostctl::host_time
