#include "cli/chart/svg_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "cli/chart/scale.h"
#include "cli/format/printf.h"

namespace hostctl::cli {
namespace {

constexpr double kPanelWidth = 520;
constexpr double kPanelHeight = 300;
constexpr double kLeft = 72;
constexpr double kRight = 14;
constexpr double kTop = 40;
constexpr double kBottom = 46;
constexpr double kHeader = 96;
constexpr double kMargin = 14;

std::string Escape(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Text(double x, double y, const std::string& style, const std::string& text) {
  return Printf("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", x, y, style, Escape(text));
}

// Where a value lies between the ends of its axis, 0 to 1.
double Place(const Axis& axis, double value) {
  if (!axis.logarithmic) return (value - axis.from) / (axis.to - axis.from);
  const double least = axis.from * 1e-3;
  return std::log(std::max(value, least) / axis.from) / std::log(axis.to / axis.from);
}

std::vector<double> Ticks(const Axis& axis) {
  std::vector<double> ticks;
  if (axis.logarithmic) {
    const auto last = static_cast<int>(std::floor(std::log10(axis.to) + 1e-4));
    for (auto power = static_cast<int>(std::ceil(std::log10(axis.from) - 1e-9)); power <= last;
         ++power) {
      ticks.push_back(std::pow(10, power));
    }
    return ticks;
  }
  return axis.time ? TimeTicks(axis.from, axis.to, 6) : LinearTicks(axis.from, axis.to, 6);
}

std::string TickText(const Axis& axis, double value) {
  if (axis.time) return ClockText(value, axis.to - axis.from < 240);
  const double size = std::abs(value);
  if (axis.logarithmic && (size < 0.01 || size >= 1e4)) {
    const int exponent = static_cast<int>(std::lround(std::floor(std::log10(size) + 1e-9)));
    static constexpr std::array<const char*, 10> kDigits = {"⁰", "¹", "²", "³", "⁴",
                                                            "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string raised = exponent < 0 ? "⁻" : "";
    for (const char digit : std::to_string(std::abs(exponent))) {
      raised += kDigits[static_cast<size_t>(digit - '0')];
    }
    const double mantissa = value / std::pow(10, exponent);
    if (std::abs(mantissa - 1) < 1e-6) return "10" + raised;
    return Printf("%.3g·10%s", mantissa, raised.c_str());
  }
  return Printf("%.6g", value);
}

std::string DrawAxes(const Panel& panel, double left, double top, double width, double height) {
  std::string svg;
  const std::string small = "class=\"tick\"";
  for (const double tick : Ticks(panel.x)) {
    const double x = left + width * Place(panel.x, tick);
    svg += Printf("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", x, x,
                  top, top + height);
    svg += Text(x, top + height + 16, small + " text-anchor=\"middle\"", TickText(panel.x, tick));
  }
  for (const double tick : Ticks(panel.y)) {
    const double y = top + height * (1 - Place(panel.y, tick));
    const char* style = tick == 0 ? "zero" : "grid";
    svg += Printf("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", left,
                  left + width, y, y, style);
    svg += Text(left - 7, y + 4, small + " text-anchor=\"end\"", TickText(panel.y, tick));
  }
  svg += Text(left + width / 2, top + height + 35, "class=\"axis\" text-anchor=\"middle\"",
              panel.x.title);
  const double middle = top + height / 2;
  svg += Printf(
      "<text transform=\"translate(%.1f %.1f) rotate(-90)\" class=\"axis\" "
      "text-anchor=\"middle\">%s</text>\n",
      left - 52, middle, Escape(panel.y.title));
  return svg;
}

std::string DrawPanel(const Panel& panel, double x0, double y0, int number) {
  const double left = x0 + kLeft;
  const double top = y0 + kTop;
  const double width = kPanelWidth - kLeft - kRight;
  const double height = kPanelHeight - kTop - kBottom;
  std::string svg = Text(left, y0 + 24, "class=\"panel\"", panel.title);
  svg += DrawAxes(panel, left, top, width, height);
  svg += Printf(
      "<clipPath id=\"p%d\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
      "height=\"%.1f\"/></clipPath>\n<g clip-path=\"url(#p%d)\">\n",
      number, left, top, width, height, number);
  for (const Series& series : panel.series) {
    svg += "<polyline fill=\"none\" stroke-linejoin=\"round\" points=\"";
    for (const auto& [x, y] : series.points) {
      const double down = std::clamp(1 - Place(panel.y, y), -2.0, 3.0);
      svg += Printf("%.1f,%.1f ", left + width * Place(panel.x, x), top + height * down);
    }
    svg += Printf("\" stroke=\"%s\" stroke-width=\"%.1f\"/>\n", series.color, series.width);
  }
  svg += Printf(
      "</g>\n<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
      "class=\"frame\"/>\n",
      left, top, width, height);
  return svg;
}

}  // namespace

std::string DrawSvg(const Figure& figure) {
  const size_t rows = (figure.panels.size() + 1) / 2;
  const double width = 2 * kPanelWidth + 2 * kMargin;
  const double height = kHeader + static_cast<double>(rows) * kPanelHeight + kMargin;
  std::string svg = Printf(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
      "height=\"%.0f\" font-family=\"'DejaVu Sans',Verdana,sans-serif\">\n"
      "<style>.title{font-size:21px;font-weight:bold;fill:#1b2530}"
      ".sub{font-size:12.5px;fill:#5b6672}.legend{font-size:12.5px;fill:#1b2530}"
      ".panel{font-size:13.5px;font-weight:bold;fill:#1b2530}.axis{font-size:11.5px;fill:#5b6672}"
      ".tick{font-size:10.5px;fill:#5b6672}.grid{stroke:#e6eaee;stroke-width:1}"
      ".zero{stroke:#b4bcc4;stroke-width:1}.frame{fill:none;stroke:#c3cad1;stroke-width:1}"
      "</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
      width, height, width, height);
  svg += Text(kMargin + 14, 34, "class=\"title\"", figure.title);
  svg += Text(kMargin + 14, 56, "class=\"sub\"", figure.subtitle);
  double x = kMargin + 14;
  for (const auto& [color, text] : figure.legend) {
    svg += Printf(
        "<rect x=\"%.1f\" y=\"73\" width=\"18\" height=\"5\" rx=\"2\" "
        "fill=\"%s\"/>\n",
        x, color);
    svg += Text(x + 24, 80, "class=\"legend\"", text);
    x += 48 + 7.6 * static_cast<double>(text.size());
  }
  for (size_t i = 0; i < figure.panels.size(); ++i) {
    svg += DrawPanel(figure.panels[i], kMargin + kPanelWidth * static_cast<double>(i % 2),
                     kHeader + kPanelHeight * std::floor(static_cast<double>(i) / 2),
                     static_cast<int>(i));
  }
  return svg + "</svg>\n";
}

}  // namespace hostctl::cli
