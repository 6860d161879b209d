// The status report for people: the rows of `system ptp stats get`, named and
// written as ptpd 2.3.1 and esxcli write them. Pure.
#pragma once

#include <string>
#include <vector>

#include "hostctl/v1/ptp_stats.pb.h"

namespace hostctl::cli {

struct MetricRow {
  std::string metric;
  std::string value;
};

// Sorted by metric, byte by byte. Rows that make no sense in the port's state
// are left out (no offset without a master).
std::vector<MetricRow> PtpStatsTable(const v1::PtpStats& stats);

}  // namespace hostctl::cli
