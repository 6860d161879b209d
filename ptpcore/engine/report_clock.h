// Identities, addresses and the data sets of a clock in the status report.
#pragma once

#include <string>

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/protocol/ptp_clock.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::engine {

void SetIdentity(const wire::PortIdentity& identity, hostctl::v1::PortIdentity* out);
// `192.0.2.1`, `2001:db8::1`, `02:00:00:00:00:01`; empty where there is none.
std::string AddressText(const wire::PortAddress& address);

void SetDefaultDataSet(const protocol::PtpClock& clock, hostctl::v1::DefaultDataSet* out);
// Of the master that is followed; of ourselves where we are grandmaster.
void SetTimeProperties(const protocol::PtpClock& clock, hostctl::v1::TimePropertiesDataSet* out);

}  // namespace ptpcore::engine
