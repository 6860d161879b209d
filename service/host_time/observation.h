// The host's time as it was at one moment; the Monitor (monitor.h) makes one a second.
#pragma once

#include <chrono>
#include <optional>

#include "absl/time/time.h"
#include "hostctl/v1/ntp.pb.h"
#include "hostctl/v1/ptp_stats.pb.h"
#include "hostctl/v1/time.pb.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::host_time {

struct Observation {
  absl::Time at;                                 // by the system clock, which may be wrong
  std::chrono::steady_clock::time_point steady;  // for durations
  reconcile::PtpView ptp;
  std::optional<v1::PtpStats> stats;  // nothing: PTP is off, or the engine does not answer
  std::optional<v1::NtpStats> ntp;    // nothing: chronyd does not run or does not answer
  v1::TimeStatus status;
  v1::TimeProtocol owner = v1::TIME_PROTOCOL_NONE;  // of the system clock, see OwnerOf()
};

}  // namespace hostctl::host_time
