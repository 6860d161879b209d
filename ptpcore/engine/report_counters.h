// The counters of a port in the status report.
#pragma once

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/engine/ordinary_clock.h"

namespace ptpcore::engine {

void SetMessages(const OrdinaryClock& clock, hostctl::v1::MessageCounters* out);
void SetFaults(const OrdinaryClock& clock, hostctl::v1::FaultCounters* out);

}  // namespace ptpcore::engine
