// How messages are authenticated, in the status report.
#pragma once

#include <cstdint>

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/engine/ordinary_clock.h"

namespace ptpcore::engine {

// Nothing where messages are neither signed nor verified. `now_ns`: CLOCK_MONOTONIC.
void SetAuthentication(const OrdinaryClock& clock, int64_t now_ns, hostctl::v1::PtpStats& out);
void AddAuthenticationFaults(const OrdinaryClock& clock, hostctl::v1::FaultCounters* out);

}  // namespace ptpcore::engine
