// What PTP measured in the past, for people: tables, a chart for the terminal, an
// SVG figure. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/chart/svg_chart.h"
#include "cli/chart/terminal_chart.h"
#include "cli/format/record.h"
#include "hostctl/v1/ptp.pb.h"

namespace hostctl::cli {

// What a chart shows.
enum class HistoryValue { kOffset, kMeanPathDelay, kFrequency };

// A row per second, or per record of IEEE 1588-2019 annex J.5.1.
Records SecondsTable(const v1::PtpHistory& history);
Records RecordsTable(const google::protobuf::RepeatedPtrField<v1::PerformanceRecord>& records);

// The points of a value; seconds and periods in which it was not measured have none.
std::vector<ChartPoint> PointsOf(const v1::PtpHistory& history, HistoryValue value);

// A chart of `value` over all of `points`.
TerminalChart ChartOf(HistoryValue value, std::vector<ChartPoint> points);

// Offset, its bound, path delay and frequency, one panel each.
Figure FigureOf(const v1::PtpHistory& history, const std::string& title);

}  // namespace hostctl::cli
