#include "cli/chart/svg_chart.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DrawSvg, PlacesPointsOnLogarithmicAndLinearAxes) {
  Figure figure;
  figure.title = "a < b";
  Panel panel{"p", {"x", true, 1, 100}, {"y", false, 0, 10}, {}};
  panel.series = {{"s", "#123456", 1, {{1, 0}, {10, 5}, {100, 10}}}};
  figure.panels = {panel};
  const std::string svg = DrawSvg(figure);
  EXPECT_THAT(svg, HasSubstr("a &lt; b"));
  // From the lower left corner over the middle to the upper right one.
  EXPECT_THAT(svg, HasSubstr("points=\"86.0,350.0 303.0,243.0 520.0,136.0 \""));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(DrawSvg, TimesOfTheDayStandAtATimeAxis) {
  Figure figure;
  Panel panel{"p", {"UTC", false, 1'700'000'100, 1'700'003'700, true}, {"y", false, 0, 10}, {}};
  figure.panels = {panel};
  const std::string svg = DrawSvg(figure);
  EXPECT_THAT(svg, HasSubstr(">22:20<"));
  EXPECT_THAT(svg, HasSubstr(">23:10<"));
}

}  // namespace
}  // namespace hostctl::cli
