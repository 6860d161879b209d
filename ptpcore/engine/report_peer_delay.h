// What the status report says of a link that is measured by peer delay.
#pragma once

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/protocol/port.h"

namespace ptpcore::engine {

// Without peer delay these change nothing.

void SetPeerDelayMessages(const protocol::Port& port, hostctl::v1::MessageCounters* out);
// Adds to the faults that are there already what was counted with peer delay.
void AddPeerDelayFaults(const protocol::Port& port, hostctl::v1::FaultCounters* out);
// mean_link_delay_ns, neighbor_rate_ratio and as_capable, as far as they are known.
void SetPeerDelay(const protocol::Port& port, hostctl::v1::PortStatus* out);

}  // namespace ptpcore::engine
