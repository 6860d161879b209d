#include "cli/ptp_history_report.h"

#include "cli/format/formatter.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sample_history.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SecondsTable, HasARowPerSecondAndEmptyCellsWhereNothingWasMeasured) {
  EXPECT_EQ(RenderTable(SecondsTable(SampleHistory(3))), R"(Time                 Clock state  Samples  Offset ns  Offset min  Offset max  Offset dev  Delay ns  Frequency ppb  Bound ns
-------------------  -----------  -------  ---------  ----------  ----------  ----------  --------  -------------  --------
2023-11-14 22:15:00  LOCKED             8          0         -50          50          25     50000          -7433       900
2023-11-14 22:15:01  LOCKED             8        100          50         150          25     50000          -7433       901
2023-11-14 22:15:02  HOLDOVER           0                                                                               902
)");
}

TEST(RecordsTable, HasARowPerRecord) {
  v1::PtpHistory history;
  *history.add_quarter_hours() = SampleRecord(0, 1'700'001'000);
  *history.add_quarter_hours() = SampleRecord(1, 1'700'000'100);
  EXPECT_EQ(RenderTable(RecordsTable(history.quarter_hours())), R"(Index  Start                Complete  Valid  Samples  Offset ns  Offset min  Offset max  Offset dev  Delay ns  Delay min  Delay max  Delay dev  Frequency ppb
-----  -------------------  --------  -----  -------  ---------  ----------  ----------  ----------  --------  ---------  ---------  ---------  -------------
    0  2023-11-14 22:30:00     false   true     7200        -12        -312         288         150     50000      49900      50100         50          -7433
    1  2023-11-14 22:15:00      true   true     7200        -12        -312         288         150     50000      49900      50100         50          -7433
)");
}

TEST(PointsOf, LeavesOutWhatWasNotMeasured) {
  const auto points = PointsOf(SampleHistory(5), HistoryValue::kOffset);
  ASSERT_EQ(points.size(), 4U);
  EXPECT_EQ(points[1].time_s, 1'700'000'101);
  EXPECT_EQ(points[1].value, 100);
  EXPECT_EQ(points[1].low, 50);
  EXPECT_EQ(points[1].high, 150);
  EXPECT_EQ(points[2].time_s, 1'700'000'103);
}

TEST(PointsOf, RecordsComeInTheOrderOfTime) {
  v1::PtpHistory history;
  *history.add_quarter_hours() = SampleRecord(0, 1'700'001'000);
  *history.add_quarter_hours() = SampleRecord(1, 1'700'000'100);
  const auto points = PointsOf(history, HistoryValue::kMeanPathDelay);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_LT(points[0].time_s, points[1].time_s);
  EXPECT_EQ(points[0].value, 50000);
}

TEST(FigureOf, HasAPanelForEachValueAndNamesTheTime) {
  const std::string svg = DrawSvg(FigureOf(SampleHistory(300), "PTP on vm"));
  EXPECT_THAT(svg, HasSubstr("PTP on vm"));
  EXPECT_THAT(svg, HasSubstr("2023-11-14 22:15:00 to 2023-11-14 22:19:59 UTC"));
  for (const char* panel : {"Offset from master", "Offset within its stated bound",
                            "Mean path delay", "Frequency correction"}) {
    EXPECT_THAT(svg, HasSubstr(std::string(">") + panel + "<"));
  }
  EXPECT_THAT(svg, HasSubstr(">22:17<"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(FigureOf, OfNothingIsAnEmptyFigure) {
  const std::string svg = DrawSvg(FigureOf(v1::PtpHistory(), "PTP on vm"));
  EXPECT_THAT(svg, HasSubstr("</svg>"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace hostctl::cli
