// The rows of the status report that tell of the ports: what a server sends, peer delay,
// timestamping, several ports. Those of a plain client are in ptp_stats_table.h.
#pragma once

#include <vector>

#include "cli/ptp_stats_table.h"
#include "hostctl/v1/ptp_stats.pb.h"

namespace hostctl::cli {

// Adds them to `rows`, in no order.
void AddPortRows(const v1::PtpStats& stats, std::vector<MetricRow>& rows);

}  // namespace hostctl::cli
