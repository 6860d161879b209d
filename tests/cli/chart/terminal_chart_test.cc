#include "cli/chart/terminal_chart.h"

#include <algorithm>
#include <cmath>

#include "cli/chart/scale.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

constexpr double kStart = 1'700'000'100;  // 22:15:00

TerminalChart Chart(const std::vector<double>& values) {
  TerminalChart chart;
  chart.title = "offset";
  chart.from_s = kStart;
  chart.to_s = kStart + static_cast<double>(values.size()) - 1;
  chart.value_text = WithUnit;
  for (size_t i = 0; i < values.size(); ++i) {
    chart.points.push_back({kStart + static_cast<double>(i), values[i], values[i], values[i]});
  }
  return chart;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(TerminalChart, DrawsARampInStars) {
  std::vector<double> ramp;
  for (int i = 0; i <= 40; ++i) ramp.push_back((i - 20) * 100.0);
  EXPECT_EQ(Joined(DrawTerminalChart(Chart(ramp), 51, 12, false)), R"(offset
    2 us +                                       **
         |                                  ******
         |                             ******
         |                       *******
    0 ns +..................******.................
         |            *******
         |       ******
         |  ******
   -2 us +***
         ++-----------------------------+----------
      22:15:00                      22:15:30
)");
}

TEST(TerminalChart, DrawsInBraille) {
  std::vector<double> wave;
  for (int i = 0; i <= 120; ++i) wave.push_back(900 * std::sin(i * 0.1));
  EXPECT_EQ(Joined(DrawTerminalChart(Chart(wave), 46, 10, true)), R"(offset
         │   ⣠⠖⠲⣄⡀             ⢀⡴⠒⠲⡄
  500 ns ┤ ⢀⡞⠁   ⢳⡀           ⣰⠋   ⠙⢦
         │⢀⡞      ⢹⡀         ⣠⠇     ⠈⣇
    0 ns ┤⠚┈┈┈┈┈┈┈┈⠳⡄┈┈┈┈┈┈┈⢰⠃┈┈┈┈┈┈┈⠈⢧┈┈┈┈┈┈┈
         │          ⢳⡀     ⣠⠏         ⠘⢦
 -500 ns ┤           ⠳⡄   ⣰⠃           ⠈⢧⡀  ⢀⡞
         │            ⠙⠲⠤⠞⠁              ⠙⠦⠴⠋
         └┬─────────────────┬────────────────┬
        22:15             22:16
)");
}

TEST(TerminalChart, AnOutlierDoesNotFlattenTheRest) {
  std::vector<double> values(200, 100.0);
  values[3] = 5e8;
  values[150] = -100;
  EXPECT_EQ(Joined(DrawTerminalChart(Chart(values), 60, 12, false)), R"(offset
  100 ns +**************************************************
         |                                     *
         |                                     *
         |                                     *
   50 ns +                                     *
         |                                     *
         |                                     *
         |                                     *
    0 ns +.....................................*............
         +---------------+----------------------------+-----
                       22:16                        22:18
)");
}

TEST(TerminalChart, WithoutPointsThereIsAFrame) {
  TerminalChart chart = Chart({});
  chart.to_s = chart.from_s + 60;
  EXPECT_EQ(Joined(DrawTerminalChart(chart, 40, 6, false)), R"(offset
    1 ns +
    0 ns +..............................
   -1 ns +
         ++--------------+-------------+
      22:15:00       22:15:30
)");
}

TEST(TerminalChart, EveryLineFitsAndThereAreAsManyAsAsked) {
  std::vector<double> wave;
  for (int i = 0; i < 300; ++i) wave.push_back(1e4 * std::sin(i * 0.1));
  for (const bool unicode : {false, true}) {
    for (const int width : {30, 80, 200}) {
      for (const int height : {6, 15, 40}) {
        const auto lines = DrawTerminalChart(Chart(wave), width, height, unicode);
        EXPECT_EQ(static_cast<int>(lines.size()), height);
        for (const std::string& line : lines) {
          const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
          });
          EXPECT_LE(columns, width) << line;
        }
      }
    }
  }
}

}  // namespace
}  // namespace hostctl::cli
