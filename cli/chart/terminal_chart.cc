#include "cli/chart/terminal_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "cli/chart/scale.h"
#include "cli/format/text_layout.h"

namespace hostctl::cli {
namespace {

constexpr int kLeast = 30;
constexpr int kLeastHeight = 6;
constexpr int kLabelWidth = 9;    // of the value axis
constexpr int kFrameLines = 3;    // title, time axis, times
constexpr int kTimeSpacing = 14;  // columns from one time to the next
constexpr int kTickLines = 3;     // lines from one value to the next
constexpr double kOutliers = 0.01;
constexpr double kGap = 3;  // usual steps from one point to the next

// How the parts of a chart are drawn.
struct Strokes {
  int dots_across;  // of a cell
  int dots_down;
  const char* tick;
  const char* axis;
  const char* corner;
  const char* time_tick;
  const char* time_axis;
  const char* zero;
};
constexpr Strokes kUnicode{2, 4, "┤", "│", "└", "┬", "─", "┈"};
constexpr Strokes kAscii{1, 1, "+", "|", "+", "+", "-", "."};

std::string Utf8(char32_t c) {
  std::string text;
  text += static_cast<char>(0xe0U | (c >> 12U));
  text += static_cast<char>(0x80U | ((c >> 6U) & 0x3fU));
  text += static_cast<char>(0x80U | (c & 0x3fU));
  return text;
}

// The area that is drawn in, as dots.
class Canvas {
 public:
  Canvas(int columns, int lines, const Strokes& strokes)
      : strokes_(strokes),
        columns_(columns),
        lines_(lines),
        dots_(static_cast<size_t>(across() * down())) {}

  int across() const { return columns_ * strokes_.dots_across; }
  int down() const { return lines_ * strokes_.dots_down; }

  // Dots from (x, y0) to (x, y1), counted from the upper left; what lies outside is clipped.
  void Column(int x, int y0, int y1) {
    if (x < 0 || x >= across()) return;
    const int from = std::clamp(std::min(y0, y1), 0, down() - 1);
    const int to = std::clamp(std::max(y0, y1), 0, down() - 1);
    for (int y = from; y <= to; ++y) dots_[static_cast<size_t>(y * across() + x)] = true;
  }

  // A line from (x0, y0) to (x1, y1), x0 not after x1.
  void Line(int x0, int y0, int x1, int y1) {
    int from = y0;
    for (int x = x0; x <= x1; ++x) {
      const int to = x1 == x0 ? y1 : y0 + (y1 - y0) * (x - x0) / (x1 - x0);
      Column(x, from, to);
      from = to;
    }
  }

  // A cell as text; `background` where it has no dots.
  std::string Cell(int column, int line, const std::string& background) const {
    // Unicode's braille patterns number their dots down the left column, then the
    // right one, the lowest row last.
    static constexpr unsigned kBits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    unsigned pattern = 0;
    for (int y = 0; y < strokes_.dots_down; ++y) {
      for (int x = 0; x < strokes_.dots_across; ++x) {
        const int dot =
            (line * strokes_.dots_down + y) * across() + column * strokes_.dots_across + x;
        if (dots_[static_cast<size_t>(dot)]) pattern |= kBits[y][x];
      }
    }
    if (pattern == 0) return background;
    return strokes_.dots_down == 1 ? "*" : Utf8(0x2800 + pattern);
  }

 private:
  const Strokes& strokes_;
  int columns_;
  int lines_;
  std::vector<bool> dots_;
};

struct Range {
  double from = 0;
  double to = 1;
};

Range ValueRange(const TerminalChart& chart) {
  std::vector<double> lows;
  std::vector<double> highs;
  for (const ChartPoint& point : chart.points) {
    if (point.time_s < chart.from_s || point.time_s > chart.to_s) continue;
    lows.push_back(point.low);
    highs.push_back(point.high);
  }
  if (lows.empty()) return {-1, 1};
  const auto skipped = static_cast<size_t>(kOutliers * static_cast<double>(lows.size()));
  std::sort(lows.begin(), lows.end());
  std::sort(highs.begin(), highs.end());
  Range range{lows[skipped], highs[highs.size() - 1 - skipped]};
  if (chart.with_zero) range = {std::min(range.from, 0.0), std::max(range.to, 0.0)};
  const double least = std::max(std::abs(range.to) * 1e-6, 1e-3);
  if (range.to - range.from < least) range = {range.from - least, range.to + least};
  const double margin = (range.to - range.from) * 0.04;
  return {range.from - margin, range.to + margin};
}

// At least two where the lines allow: one says nothing of the size.
std::vector<double> ValueTicks(const Range& range, int rows) {
  std::vector<double> ticks;
  for (int intervals = std::max(1, rows / kTickLines); intervals <= rows; ++intervals) {
    ticks = LinearTicks(range.from, range.to, intervals);
    if (ticks.size() >= 2) break;
  }
  return ticks;
}

// Points further apart than this are not joined: something is missing between them.
double LongestStep(const std::vector<ChartPoint>& points) {
  std::vector<double> steps;
  for (size_t i = 1; i < points.size(); ++i) {
    steps.push_back(points[i].time_s - points[i - 1].time_s);
  }
  if (steps.empty()) return 0;
  std::nth_element(steps.begin(), steps.begin() + static_cast<long>(steps.size() / 2), steps.end());
  return kGap * steps[steps.size() / 2];
}

void DrawPoints(const TerminalChart& chart, const Range& range, Canvas& canvas) {
  const double span_s = std::max(chart.to_s - chart.from_s, 1e-9);
  const auto across = [&](double time_s) {
    return static_cast<int>(std::lround((time_s - chart.from_s) / span_s * (canvas.across() - 1)));
  };
  const auto down = [&](double value) {
    const double part = (range.to - value) / (range.to - range.from);
    return static_cast<int>(std::lround(std::clamp(part, -1.0, 2.0) * (canvas.down() - 1)));
  };
  const double longest_step_s = LongestStep(chart.points);
  const ChartPoint* before = nullptr;
  for (const ChartPoint& point : chart.points) {
    if (point.time_s < chart.from_s || point.time_s > chart.to_s) continue;
    canvas.Column(across(point.time_s), down(point.low), down(point.high));
    if (before != nullptr && point.time_s - before->time_s <= longest_step_s) {
      canvas.Line(across(before->time_s), down(before->value), across(point.time_s),
                  down(point.value));
    }
    before = &point;
  }
}

void AppendTimeAxis(const TerminalChart& chart, int columns, const Strokes& strokes,
                    std::vector<std::string>& lines) {
  const double span_s = std::max(chart.to_s - chart.from_s, 1e-9);
  const std::vector<double> ticks =
      TimeTicks(chart.from_s, chart.to_s, std::max(1, columns / kTimeSpacing));
  const bool with_seconds = ticks.size() < 2 || ticks[1] - ticks[0] < 60;
  std::vector<std::string> axis(static_cast<size_t>(columns), strokes.time_axis);
  std::string times;
  for (const double tick : ticks) {
    const auto column =
        static_cast<int>(std::lround((tick - chart.from_s) / span_s * (columns - 1)));
    const std::string text = ClockText(tick, with_seconds);
    const int left = kLabelWidth + 1 + column - static_cast<int>(text.size()) / 2;
    axis[static_cast<size_t>(column)] = strokes.time_tick;
    if (left < static_cast<int>(times.size()) ||
        left + static_cast<int>(Width(text)) > kLabelWidth + 1 + columns) {
      continue;  // it would touch its neighbour or the edge
    }
    times.resize(static_cast<size_t>(left), ' ');
    times += text + " ";
  }
  std::string line = std::string(kLabelWidth, ' ') + strokes.corner;
  for (const std::string& part : axis) line += part;
  lines.push_back(std::move(line));
  times.erase(times.find_last_not_of(' ') + 1);
  lines.push_back(std::move(times));
}

}  // namespace

std::vector<std::string> DrawTerminalChart(const TerminalChart& chart, int width, int height,
                                           bool unicode) {
  const Strokes& strokes = unicode ? kUnicode : kAscii;
  const int columns = std::max(width, kLeast) - kLabelWidth - 1;
  const int rows = std::max(height, kLeastHeight) - kFrameLines;
  const Range range = ValueRange(chart);
  Canvas canvas(columns, rows, strokes);
  DrawPoints(chart, range, canvas);

  const auto line_of = [&](double value) {
    return static_cast<int>(std::lround((range.to - value) / (range.to - range.from) * (rows - 1)));
  };
  std::vector<std::string> labels(static_cast<size_t>(rows));
  for (const double tick : ValueTicks(range, rows)) {
    labels[static_cast<size_t>(line_of(tick))] = chart.value_text(tick);
  }
  const int zero_line = range.from < 0 && range.to > 0 ? line_of(0) : -1;

  std::vector<std::string> lines{chart.title};
  for (int row = 0; row < rows; ++row) {
    const std::string& label = labels[static_cast<size_t>(row)];
    std::string line = AlignedRight(label.empty() ? "" : label + " ", kLabelWidth) +
                       (label.empty() ? strokes.axis : strokes.tick);
    const std::string background = row == zero_line ? strokes.zero : " ";
    std::string drawn;
    for (int column = 0; column < columns; ++column) drawn += canvas.Cell(column, row, background);
    drawn.erase(drawn.find_last_not_of(' ') + 1);
    lines.push_back(line + drawn);
  }
  AppendTimeAxis(chart, columns, strokes, lines);
  return lines;
}

}  // namespace hostctl::cli
