#include "cli/live_view.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/chart/scale.h"
#include "cli/chart/terminal_chart.h"
#include "cli/enum_text.h"
#include "cli/format/printf.h"
#include "cli/format/text_layout.h"
#include "cli/time_text.h"

namespace hostctl::cli {
namespace {

constexpr size_t kMostPoints = 7200;
constexpr std::array<int, 4> kSpansMinutes = {1, 5, 15, 60};
constexpr int kMostEvents = 4;
constexpr int kLeastChart = 7;
constexpr size_t kLabel = 13;   // columns of a fact's name
constexpr size_t kNumber = 13;  // and of a number
constexpr int kLeastHeight = 12;

// A name and its value.
std::string Fact(const std::string& name, const std::string& value) {
  return " " + AlignedLeft(name, kLabel) + value;
}

// At most `width` characters of `text`.
std::string Cut(const std::string& text, int width) {
  size_t end = 0;
  int columns = 0;
  while (end < text.size()) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xc0U) != 0x80U;
    if (begins && ++columns > width) break;
    ++end;
  }
  return text.substr(0, end);
}

std::string PortText(const v1::PortIdentity& port) {
  return Printf("%s/%u", port.clock_identity(), port.port_number());
}

Meaning MeaningOf(const v1::PtpStats& stats) {
  switch (stats.clock_state()) {
    case v1::CLOCK_STATE_LOCKED:
      return Meaning::kGood;
    case v1::CLOCK_STATE_HOLDOVER:
    case v1::CLOCK_STATE_ACQUIRING:
      return Meaning::kWarning;
    default:
      return Meaning::kBad;
  }
}

std::string StateText(const v1::PtpStats& stats) {
  std::string text = "PTP_" + EnumText(stats.port_state()) + ", " + EnumText(stats.clock_state());
  if (stats.has_holdover_s()) text += Printf(" for %.0f s", stats.holdover_s());
  return text + (stats.clock_in_control() ? ", in control" : ", no control");
}

std::string Window(const v1::RunningValue& ns) {
  return AlignedLeft(WithUnit(ns.last()), kNumber) +
         AlignedLeft("mean " + WithUnit(ns.mean()), kNumber + 5) + "dev " + WithUnit(ns.std_dev());
}

std::string FrequencyText(const v1::RunningValue& ppb) {
  const auto ppm = [](double value) { return Printf("%.3f ppm", value * 1e-3); };
  return AlignedLeft(ppm(ppb.last()), kNumber) +
         AlignedLeft("mean " + ppm(ppb.mean()), kNumber + 5) + "dev " + ppm(ppb.std_dev());
}

// What is known of the clock, fact by fact.
std::vector<std::string> Facts(const v1::PtpStats& stats, bool colour) {
  std::vector<std::string> lines;
  lines.push_back(Fact("State", Coloured(StateText(stats), MeaningOf(stats), colour)));
  if (stats.has_parent()) {
    const v1::ParentDataSet& parent = stats.parent();
    lines.push_back(Fact(
        "Master", PortText(parent.parent_port_identity()) +
                      (parent.parent_address().empty() ? "" : " at " + parent.parent_address())));
  } else {
    lines.push_back(Fact("Reason", stats.state_reason()));
  }
  if (stats.has_offset_from_master_ns()) {
    lines.push_back(Fact("Offset", Window(stats.offset_from_master_ns())));
  }
  if (stats.has_mean_path_delay_ns()) {
    lines.push_back(Fact("Path delay", Window(stats.mean_path_delay_ns())));
  }
  if (stats.has_frequency_correction_ppb()) {
    lines.push_back(Fact("Frequency", FrequencyText(stats.frequency_correction_ppb())));
  }
  if (stats.has_uncertainty()) {
    const v1::Uncertainty& uncertainty = stats.uncertainty();
    lines.push_back(Fact("Uncertainty", Printf("+-%s (95 %%), +-%s if the path is asymmetric",
                                               WithUnit(uncertainty.bound_95_ns()),
                                               WithUnit(uncertainty.maximum_error_ns()))));
  }
  return lines;
}

std::string Heading(const v1::PtpStats& stats, int width) {
  const std::string left = Printf(" %s   %s (%s), domain %u", stats.host_name(), stats.interface(),
                                  stats.device(), stats.domain_number());
  const std::string right = DateTimeText(stats.local_time().seconds()) + " UTC ";
  const int blanks = width - static_cast<int>(Width(left)) - static_cast<int>(Width(right));
  return left + std::string(static_cast<size_t>(std::max(blanks, 2)), ' ') + right;
}

std::vector<std::string> Events(const v1::PtpStats& stats) {
  std::vector<std::string> lines;
  const int first = std::max(0, stats.events_size() - kMostEvents);
  for (int i = stats.events_size() - 1; i >= first; --i) {
    const v1::PtpEvent& event = stats.events(i);
    lines.push_back(Printf(" %s  %-19s %s",
                           ClockText(static_cast<double>(event.time().seconds()), true),
                           event.kind(), event.text()));
  }
  return lines;
}

void Append(const std::vector<std::string>& more, std::vector<std::string>& lines) {
  lines.insert(lines.end(), more.begin(), more.end());
}

}  // namespace

void LiveView::AddPoint(HistoryValue value, const ChartPoint& point) {
  std::deque<ChartPoint>& points = points_[static_cast<size_t>(value)];
  // A clock that was set back begins anew: time runs one way on the axis.
  while (!points.empty() && points.back().time_s >= point.time_s) points.pop_back();
  points.push_back(point);
  if (points.size() > kMostPoints) points.pop_front();
}

void LiveView::Prefill(const v1::PtpHistory& history) {
  for (const HistoryValue value :
       {HistoryValue::kOffset, HistoryValue::kMeanPathDelay, HistoryValue::kFrequency}) {
    for (const ChartPoint& point : cli::PointsOf(history, value)) AddPoint(value, point);
  }
}

void LiveView::Take(const v1::WatchPtpStatsResponse& report) {
  stats_.reset();
  trouble_ = report.unavailable().message();
  remedy_ = report.unavailable().remedy();
  if (!report.has_stats()) return;
  stats_ = report.stats();
  now_s_ =
      static_cast<double>(stats_->local_time().seconds()) + stats_->local_time().nanos() * 1e-9;
  const auto add = [this](HistoryValue value, bool measured, const v1::RunningValue& running) {
    if (measured) AddPoint(value, {now_s_, running.last(), running.last(), running.last()});
  };
  add(HistoryValue::kOffset, stats_->has_offset_from_master_ns(), stats_->offset_from_master_ns());
  add(HistoryValue::kMeanPathDelay, stats_->has_mean_path_delay_ns(), stats_->mean_path_delay_ns());
  add(HistoryValue::kFrequency, stats_->has_frequency_correction_ppb(),
      stats_->frequency_correction_ppb());
}

void LiveView::ConnectionLost(const Failure& failure) {
  stats_.reset();
  trouble_ = failure.message;
  remedy_ = failure.remedies.empty() ? "" : failure.remedies.front();
}

void LiveView::NextValue() {
  shown_ = shown_ == HistoryValue::kOffset          ? HistoryValue::kMeanPathDelay
           : shown_ == HistoryValue::kMeanPathDelay ? HistoryValue::kFrequency
                                                    : HistoryValue::kOffset;
}

void LiveView::Wider() {
  span_ = std::min(span_ + 1, kSpansMinutes.size() - 1);
}

void LiveView::Narrower() {
  span_ = span_ == 0 ? 0 : span_ - 1;
}

std::vector<std::string> LiveView::Lines(const Canvas& canvas) const {
  const int height = std::max(canvas.height, kLeastHeight);
  std::vector<std::string> lines;
  std::vector<std::string> events;
  if (stats_) {
    lines.push_back(Heading(*stats_, canvas.width));
    lines.emplace_back();
    Append(Facts(*stats_, canvas.colour), lines);
    events = Events(*stats_);
  } else {
    lines.push_back(" hostctl system ptp stats watch");
    lines.emplace_back();
    lines.push_back(" " + Coloured(trouble_.empty() ? "Waiting for the first report" : trouble_,
                                   trouble_.empty() ? Meaning::kNone : Meaning::kBad,
                                   canvas.colour));
    if (!remedy_.empty()) lines.push_back(" Do: " + remedy_);
  }
  lines.emplace_back();

  // The chart has the room that the facts and events leave; where it is short, events give way.
  const auto used = static_cast<int>(lines.size());
  const int footer = 1;
  int room = height - used - footer - (events.empty() ? 0 : static_cast<int>(events.size()) + 1);
  while (room < kLeastChart && !events.empty()) {
    events.pop_back();
    room = height - used - footer - (events.empty() ? 0 : static_cast<int>(events.size()) + 1);
  }
  const std::deque<ChartPoint>& points = PointsOf(shown_);
  if (room >= kLeastChart && !points.empty()) {
    TerminalChart chart = ChartOf(shown_, {points.begin(), points.end()});
    chart.to_s = std::max(now_s_, points.back().time_s);
    chart.from_s = chart.to_s - 60.0 * kSpansMinutes[span_];
    chart.title = Printf(" %s, last %d min", chart.title, kSpansMinutes[span_]);
    Append(DrawTerminalChart(chart, canvas.width - 1, room, canvas.unicode), lines);
  }
  if (!events.empty()) {
    lines.emplace_back();
    Append(events, lines);
  }
  while (static_cast<int>(lines.size()) > height - footer) lines.pop_back();
  while (static_cast<int>(lines.size()) < height - footer) lines.emplace_back();
  lines.push_back(" q quit   tab next value   + - time span");
  for (std::string& line : lines) {
    // Colours are no characters: a coloured line is short enough as it is.
    if (line.find('\x1b') == std::string::npos) line = Cut(line, canvas.width);
  }
  return lines;
}

}  // namespace hostctl::cli
