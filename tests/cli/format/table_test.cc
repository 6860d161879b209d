#include "cli/format/formatter.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

Record Row(const char* name, bool enabled, uint32_t port) {
  return Record("Ruleset", {{"Name", name}, {"Enabled", enabled}, {"Port", port}});
}

TEST(Table, AlignsTextLeftAndNumbersAndBooleansRight) {
  EXPECT_EQ(RenderTable({true, {Row("sshServer", true, 22), Row("ptpd", false, 319)}, {}}),
            "Name       Enabled  Port\n"
            "---------  -------  ----\n"
            "sshServer     true    22\n"
            "ptpd         false   319\n");
}

TEST(Table, MovesTheHeaderOfAWideNumberToTheRight) {
  const Record row("Fs", {{"Size", uint64_t{123456789}}, {"Name", "a"}});
  EXPECT_EQ(RenderTable({true, {row}, {}}),
            "     Size  Name\n"
            "---------  ----\n"
            "123456789  a\n");
}

TEST(Table, RulesALastColumnOfTextOnlyAsWideAsItsHeader) {
  const Record row("Metric", {{"Metric", "Interface"}, {"Value", "a value that is long"}});
  EXPECT_EQ(RenderTable({true, {row}, {}}),
            "Metric     Value\n"
            "---------  -----\n"
            "Interface  a value that is long\n");
}

TEST(Table, TrimsTrailingBlanksAndLeavesAbsentCellsEmpty) {
  const Record first("R", {{"A", "x"}, {"B", Value()}});
  const Record second("R", {{"A", "y"}, {"B", "z"}});
  EXPECT_EQ(RenderTable({true, {first, second}, {}}), "A  B\n-  -\nx\ny  z\n");
}

TEST(Table, JoinsListsAndCountsCharactersNotBytes) {
  const Record row("R", {{"Lüfter", List{"a", "b"}}, {"N", "n"}});
  EXPECT_EQ(RenderTable({true, {row}, {}}), "Lüfter  N\n------  -\na, b    n\n");
}

TEST(Table, TakesRoomFromTheWidestTextWhereTheScreenIsNarrow) {
  const Record row("Metric",
                   {{"Metric", "Interface"}, {"N", 5U}, {"Value", "a value that is long"}});
  EXPECT_EQ(RenderTable({true, {row}, {}}, {true, 26, false}),
            "Metric     N  Value\n"
            "---------  -  -----\n"
            "Interface  5  a value that\n"
            "              is long\n");
}

TEST(Table, GoesPastAScreenThatIsTooNarrowForItsHeaders) {
  EXPECT_EQ(RenderTable({true, {Row("sshServer", true, 22)}, {}}, {true, 10, false}),
            "Name      Enabled  Port\n"
            "--------  -------  ----\n"
            "sshServe     true    22\n"
            "r\n");
}

TEST(Table, LeavesOutItsHeader) {
  EXPECT_EQ(RenderTable({true, {Row("a", true, 22)}, {}}, {false, 0, false}), "a  true  22\n");
}

TEST(Table, ColoursAValueAndKeepsTheColumnsStraight) {
  const Record good("R", {{"State", Value("UP").Means(Meaning::kGood)}, {"N", "n"}});
  EXPECT_EQ(RenderTable({true, {good}, {}}, {true, 0, true}),
            "State  N\n-----  -\n\x1b[32mUP\x1b[0m     n\n");
  EXPECT_EQ(RenderTable({true, {good}, {}}), "State  N\n-----  -\nUP     n\n");
}

TEST(Table, LeavesTheCellsOfAShorterRowEmpty) {
  const Record first("R", {{"A", "x"}, {"B", "y"}});
  const Record second("R", {{"A", "z"}});
  EXPECT_EQ(RenderTable({true, {first, second}, {}}), "A  B\n-  -\nx  y\nz\n");
}

TEST(Table, ShowsNothingForAnEmptyList) {
  EXPECT_EQ(RenderTable({true, {}, {}}), "");
}

}  // namespace
}  // namespace hostctl::cli
