#include "cli/ptp_history_report.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "cli/chart/scale.h"
#include "cli/enum_text.h"
#include "cli/format/printf.h"
#include "cli/time_text.h"

namespace hostctl::cli {
namespace {

constexpr char kOurs[] = "#0b6e99";
constexpr char kBand[] = "#9ecbe0";
constexpr char kBound[] = "#d08a1d";

Value Rounded(double value) {
  return static_cast<int64_t>(std::llround(value));
}

// Mean, minimum, maximum and deviation as columns; empty cells where nothing was measured.
void AddColumns(const std::string& name, bool measured, const v1::MeasuredValue& value,
                Record& row) {
  const auto add = [&](const char* what, double number) {
    row.fields.push_back({name + " " + what, measured ? Rounded(number) : Value()});
  };
  add("ns", value.mean());
  add("min", value.minimum());
  add("max", value.maximum());
  add("dev", value.std_dev());
}

void AddFrequency(const v1::MeasuredValues& values, Record& row) {
  row.fields.push_back({"Frequency ppb", values.has_frequency_correction_ppb()
                                             ? Rounded(values.frequency_correction_ppb().mean())
                                             : Value()});
}

double TimeOf(const google::protobuf::Timestamp& time) {
  return static_cast<double>(time.seconds()) + time.nanos() * 1e-9;
}

const v1::MeasuredValue* ValueOf(const v1::MeasuredValues& values, HistoryValue value) {
  switch (value) {
    case HistoryValue::kOffset:
      return values.has_offset_from_master_ns() ? &values.offset_from_master_ns() : nullptr;
    case HistoryValue::kMeanPathDelay:
      return values.has_mean_path_delay_ns() ? &values.mean_path_delay_ns() : nullptr;
    case HistoryValue::kFrequency:
      break;
  }
  return values.has_frequency_correction_ppb() ? &values.frequency_correction_ppb() : nullptr;
}

void AddPoint(double time_s, const v1::MeasuredValues& values, HistoryValue value,
              std::vector<ChartPoint>& points) {
  const v1::MeasuredValue* measured = ValueOf(values, value);
  if (measured == nullptr) return;
  points.push_back({time_s, measured->mean(), measured->minimum(), measured->maximum()});
}

std::string PpbText(double ppb) {
  return std::abs(ppb) >= 1e3 ? Printf("%.4g ppm", ppb * 1e-3) : Printf("%.3g ppb", ppb);
}

// The part of the values that an axis shows: all but the most extreme hundredth.
std::pair<double, double> Extent(const Panel& panel) {
  std::vector<double> values;
  for (const Series& series : panel.series) {
    for (const auto& [x, y] : series.points) values.push_back(y);
  }
  if (values.empty()) return {-1, 1};
  std::sort(values.begin(), values.end());
  const auto skipped = static_cast<size_t>(0.01 * static_cast<double>(values.size()));
  double low = values[skipped];
  double high = values[values.size() - 1 - skipped];
  const double margin = std::max((high - low) * 0.05, 1e-3);
  return {low - margin, high + margin};
}

// A unit in which the values of a panel are readable.
std::pair<double, std::string> UnitOf(const std::vector<ChartPoint>& points) {
  double size = 0;
  for (const ChartPoint& point : points) size = std::max(size, std::abs(point.value));
  if (size >= 1e6) return {1e6, "ms"};
  if (size >= 1e3) return {1e3, "us"};
  return {1, "ns"};
}

Series LineOf(const std::vector<ChartPoint>& points, const std::string& color, double width,
              double scale, double ChartPoint::*part) {
  Series series;
  series.color = color;
  series.width = width;
  for (const ChartPoint& point : points) {
    series.points.emplace_back(point.time_s, point.*part / scale);
  }
  return series;
}

std::vector<ChartPoint> BoundOf(const v1::PtpHistory& history, double sign) {
  std::vector<ChartPoint> points;
  for (const v1::PtpSecond& second : history.seconds()) {
    if (!second.has_bound_95_ns()) continue;
    const double bound = sign * second.bound_95_ns();
    points.push_back({TimeOf(second.time()), bound, bound, bound});
  }
  return points;
}

Panel PanelOf(const std::string& title, const std::vector<ChartPoint>& points, double scale,
              const std::string& unit) {
  Panel panel;
  panel.title = title;
  panel.x.title = "UTC";
  panel.x.time = true;
  panel.y.title = unit;
  panel.series = {LineOf(points, kBand, 1, scale, &ChartPoint::low),
                  LineOf(points, kBand, 1, scale, &ChartPoint::high),
                  LineOf(points, kOurs, 1.6, scale, &ChartPoint::value)};
  if (!points.empty()) {
    panel.x.from = points.front().time_s;
    panel.x.to = std::max(points.back().time_s, panel.x.from + 1);
  }
  std::tie(panel.y.from, panel.y.to) = Extent(panel);
  return panel;
}

}  // namespace

Records SecondsTable(const v1::PtpHistory& history) {
  Records table{true, {}, {}};
  for (const v1::PtpSecond& second : history.seconds()) {
    const v1::MeasuredValues& values = second.values();
    Record row("PtpSecond", {{"Time", DateTimeText(second.time().seconds())},
                             {"Clock state", EnumText(second.clock_state())},
                             {"Samples", values.offset_from_master_ns().samples()}});
    AddColumns("Offset", values.has_offset_from_master_ns(), values.offset_from_master_ns(), row);
    row.fields.push_back({"Delay ns", values.has_mean_path_delay_ns()
                                          ? Rounded(values.mean_path_delay_ns().mean())
                                          : Value()});
    AddFrequency(values, row);
    row.fields.push_back(
        {"Bound ns", second.has_bound_95_ns() ? Rounded(second.bound_95_ns()) : Value()});
    table.items.push_back(std::move(row));
  }
  return table;
}

Records RecordsTable(const google::protobuf::RepeatedPtrField<v1::PerformanceRecord>& records) {
  Records table{true, {}, {}};
  for (const v1::PerformanceRecord& record : records) {
    const v1::MeasuredValues& values = record.values();
    Record row("PerformanceRecord", {{"Index", record.index()},
                                     {"Start", DateTimeText(record.start_time().seconds())},
                                     {"Complete", record.period_complete()},
                                     {"Valid", record.measurement_valid()},
                                     {"Samples", values.offset_from_master_ns().samples()}});
    AddColumns("Offset", values.has_offset_from_master_ns(), values.offset_from_master_ns(), row);
    AddColumns("Delay", values.has_mean_path_delay_ns(), values.mean_path_delay_ns(), row);
    AddFrequency(values, row);
    table.items.push_back(std::move(row));
  }
  return table;
}

std::vector<ChartPoint> PointsOf(const v1::PtpHistory& history, HistoryValue value) {
  std::vector<ChartPoint> points;
  for (const v1::PtpSecond& second : history.seconds()) {
    AddPoint(TimeOf(second.time()), second.values(), value, points);
  }
  // Records come newest first.
  const auto& records = history.quarter_hours().empty() ? history.days() : history.quarter_hours();
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    AddPoint(TimeOf(record->start_time()), record->values(), value, points);
  }
  return points;
}

TerminalChart ChartOf(HistoryValue value, std::vector<ChartPoint> points) {
  TerminalChart chart;
  switch (value) {
    case HistoryValue::kOffset:
      chart.title = "Offset from master";
      break;
    case HistoryValue::kMeanPathDelay:
      chart.title = "Mean path delay";
      break;
    case HistoryValue::kFrequency:
      chart.title = "Frequency correction";
      break;
  }
  chart.with_zero = value == HistoryValue::kOffset;
  chart.value_text = value == HistoryValue::kFrequency ? PpbText : WithUnit;
  if (!points.empty()) {
    chart.from_s = points.front().time_s;
    chart.to_s = std::max(points.back().time_s, chart.from_s + 1);
  }
  chart.points = std::move(points);
  return chart;
}

Figure FigureOf(const v1::PtpHistory& history, const std::string& title) {
  Figure figure;
  figure.title = title;
  const std::vector<ChartPoint> offset = PointsOf(history, HistoryValue::kOffset);
  const std::vector<ChartPoint> delay = PointsOf(history, HistoryValue::kMeanPathDelay);
  const std::vector<ChartPoint> frequency = PointsOf(history, HistoryValue::kFrequency);
  if (!offset.empty()) {
    figure.subtitle = DateTimeText(static_cast<int64_t>(offset.front().time_s)) + " to " +
                      DateTimeText(static_cast<int64_t>(offset.back().time_s)) + " UTC";
  }
  figure.legend = {
      {kOurs, "mean"}, {kBand, "minimum and maximum"}, {kBound, "stated bound (95 %)"}};

  const auto [scale, unit] = UnitOf(offset);
  figure.panels.push_back(PanelOf("Offset from master", offset, scale, unit));
  Panel bound = PanelOf("Offset within its stated bound", offset, scale, unit);
  for (const double sign : {-1.0, 1.0}) {
    bound.series.insert(bound.series.begin(),
                        LineOf(BoundOf(history, sign), kBound, 1.2, scale, &ChartPoint::value));
  }
  std::tie(bound.y.from, bound.y.to) = Extent(bound);
  if (!history.seconds().empty()) figure.panels.push_back(std::move(bound));
  const auto [delay_scale, delay_unit] = UnitOf(delay);
  figure.panels.push_back(PanelOf("Mean path delay", delay, delay_scale, delay_unit));
  figure.panels.push_back(PanelOf("Frequency correction", frequency, 1, "ppb"));
  return figure;
}

}  // namespace hostctl::cli
