// Line charts as SVG text, without any library: panels with linear or logarithmic
// axes, and series as lines.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hostctl::cli {

struct Series {
  std::string name;
  std::string color;  // #rrggbb
  double width = 1.4;
  std::vector<std::pair<double, double>> points;  // x, y
};

struct Axis {
  std::string title;  // with the unit
  bool logarithmic = false;
  double from = 0;  // above 0 where logarithmic
  double to = 1;
  bool time = false;  // of seconds since 1970: ticks are times of the day, UTC
};

struct Panel {
  std::string title;
  Axis x;
  Axis y;
  std::vector<Series> series;  // the last is drawn on top; points outside are clipped
};

struct Figure {
  std::string title;
  std::string subtitle;
  std::vector<std::pair<std::string, std::string>> legend;  // color, text
  std::vector<Panel> panels;                                // two in a row
};

std::string DrawSvg(const Figure& figure);

}  // namespace hostctl::cli
