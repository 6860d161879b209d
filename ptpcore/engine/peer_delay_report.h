// What the status report says of a link that is measured by peer delay.
#pragma once

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/protocol/port.h"

namespace ptpcore::engine {

// Fills in what concerns peer delay, and adds to the faults what was counted with it.
// Without peer delay nothing is changed.
void SetPeerDelayCounters(const protocol::Port& port, hostctl::v1::MessageCounters& messages,
                          hostctl::v1::FaultCounters& faults);

// mean_link_delay_ns, neighbor_rate_ratio and as_capable, as far as they are known.
void SetPeerDelay(const protocol::Port& port, hostctl::v1::PortStatus& out);

}  // namespace ptpcore::engine
