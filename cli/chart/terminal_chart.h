// A chart of a value over time, drawn with characters: dots of 2 x 4 to the cell
// where the terminal knows Unicode's braille patterns, else stars.
//
//   offset from master
//     2 us ┤⠀⠀⡠⠊
//          │⠤⠊
//        0 ┼┈┈┈
//          └┬──────────┬─────
//        14:50:00   14:51:00
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace hostctl::cli {

// A value at a time; where it stands for several, also their extremes.
struct ChartPoint {
  double time_s = 0;  // since 1970
  double value = 0;
  double low = 0;
  double high = 0;
};

struct TerminalChart {
  std::string title;
  std::vector<ChartPoint> points;  // by rising time
  double from_s = 0;               // the time axis; points outside are not drawn
  double to_s = 1;
  bool with_zero = true;                          // zero is on the value axis
  std::function<std::string(double)> value_text;  // of a tick
};

// The lines, none wider than `width` (at least 30) columns; `height` lines (at least
// 6). With no points an empty frame. The value axis leaves out the most extreme
// hundredth of the points at each end: one outlier must not flatten the rest.
std::vector<std::string> DrawTerminalChart(const TerminalChart& chart, int width, int height,
                                           bool unicode);

}  // namespace hostctl::cli
