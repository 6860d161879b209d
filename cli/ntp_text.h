// NTP for people: servers in a line, what chronyd measures as a table. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/format/record.h"
#include "cli/ptp_stats_table.h"
#include "hostctl/v1/ntp.pb.h"

namespace hostctl::cli {

// `ntp.example.org nts prefer port 1123 minpoll 4 maxpoll 8`, of a pool with `pool ` before.
std::string NtpServerText(const v1::NtpServer& server);

// The same without `pool`, as a user gives it; nothing when a word is none of these.
std::optional<v1::NtpServer> ParseNtpServer(const std::string& text);

// The rows of `system ntp stats get`, sorted by metric; sources at the end.
std::vector<MetricRow> NtpStatsTable(const v1::NtpStats& stats);

// The rows of `system ntp stats get --sources`.
Records NtpSourceTable(const v1::NtpStats& stats);

}  // namespace hostctl::cli
