// Facts of a PTP clock in the words of ptpd's status report.
#pragma once

#include <string>

#include "hostctl/v1/ptp_stats.pb.h"

namespace hostctl::cli {

// `ipv4, multicast`, `ethernet`, `simulated`.
std::string TransportText(v1::Transport transport);

}  // namespace hostctl::cli
