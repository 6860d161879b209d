// The reference that is committed is that of the table; the man page is well-formed.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/commands.h"
#include "cli/manual.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/golden.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;

TEST(ManualGolden, TheCommittedReferenceIsThatOfTheTable) {
  // Beside the commands, not among the tests: people read it.
  ExpectGolden("../../../cli/reference.md", ReferenceText(AllCommands()));
}

TEST(Manual, EscapesWhatRoffWouldTakeForItsOwn) {
  Command command;
  command.path = {"n"};
  command.name = "c";
  command.description = ".dot and back\\slash and --dash.";
  command.options = {Option{'i', "in", ValueType::kString, "'quoted"}};
  command.examples = {{"hostctl n c -i x", "Do it"}};
  const std::string text = ManualText({{}, {{{"n"}, "N."}}, {command}}, "1.0", "2026-01-02");
  EXPECT_THAT(text, HasSubstr(".TH HOSTCTL 1 2026-01-02 \"hostctl 1.0\"\n"));
  EXPECT_THAT(text, HasSubstr(".SS n c\n\\&.dot and back\\eslash and \\-\\-dash.\n"));
  EXPECT_THAT(text, HasSubstr(".TP\n.B \\-i|\\-\\-in=<str>\n\\&'quoted\n"));
  EXPECT_THAT(text, HasSubstr("hostctl n c \\-i x\n"));
  EXPECT_THAT(text, HasSubstr(".SH EXIT STATUS\n.TP\n.B 0\nDone.\n"));
}

}  // namespace
}  // namespace hostctl::cli
