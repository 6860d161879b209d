// What became of unicast negotiation (IEEE 1588-2019 16.1), as the report has it.
#pragma once

#include <cstdint>

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/protocol/port.h"

namespace ptpcore::engine {

// Masters and clients. Nothing where the port does not negotiate.
void SetUnicast(const protocol::Port& port, hostctl::v1::PortStatus* out);
// What was refused, by us or by others; added to what is counted there.
void AddUnicastFaults(const protocol::Port& port, hostctl::v1::FaultCounters* out);

// Log2 of a master's announce interval in seconds: as granted, as its Announce says, or
// (where neither tells) ours.
int8_t LogAnnounceInterval(const protocol::Port& port, const protocol::ForeignMaster& master);

}  // namespace ptpcore::engine
