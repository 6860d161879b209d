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

TEST(Table, ShowsNothingForAnEmptyList) {
  EXPECT_EQ(RenderTable({true, {}, {}}), "");
}

}  // namespace
}  // namespace hostctl::cli
