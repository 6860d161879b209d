// The status report: everything the engine knows, as a PtpStats message.
#pragma once

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/engine/ptp_engine.h"

namespace ptpcore::engine {

hostctl::v1::PtpStats MakeReport(PtpEngine& engine);

}  // namespace ptpcore::engine
