// Whether the host's time is right, by whom, and how sure: one pure function. What each
// word means stands in hostctl/v1/time.proto; what makes time DEGRADED, in conditions.h.
//
// Who keeps time follows from what the user wants:
//
//   PTP is enabled and steers the clock    PTP; NTP while the fallback is in force
//   else NTP is enabled, or chronyd runs   NTP
//   else                                   nobody: DISABLED
//
// PTP that only measures (read-only, servo `none`) or only serves (role `server`) keeps no
// time here.
#pragma once

#include "hostctl/v1/time.pb.h"
#include "service/host_time/known.h"

namespace hostctl::host_time {

// All of the status but `since`, which needs a memory: the Monitor's.
v1::TimeStatus StatusOf(const Known& known);

// What owns the system clock, synchronized or not: PTP or NTP, else NONE. PTP that
// disciplines a virtual clock does not own the system's.
v1::TimeProtocol OwnerOf(const Known& known);

// Whether PTP is to steer the clock.
bool PtpKeepsTime(const store::PtpSettings& settings);

}  // namespace hostctl::host_time
