#include "cli/help.h"

#include "cli/commands.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

// A small table of its own; the texts of all commands are in golden/help.
CommandTable SmallTable() {
  Command set;
  set.path = {"network", "rule"};
  set.name = "set";
  set.description = "Open or close a ruleset; closed, its ports are dropped.";
  set.options = {
      Option{'r', "ruleset-id", ValueType::kString, "The ruleset to change."}.Required(),
      {'e', "enabled", ValueType::kBoolean, "Open (true) or closed (false)."},
      Option{'\0', "period", ValueType::kInteger, "How often."}.Default("60").Metavar("seconds"),
      Option{'\0', "mode", ValueType::kString, "How."}.Choices({"a", "b"}),
      Option{'\0', "wait", ValueType::kInteger, "Wait."}.Implied("30"),
      {'\0', "dry-run", ValueType::kFlag, "Change nothing."},
  };
  set.examples = {{"hostctl network rule set -r ptpd -e false", "Shut PTP out"}};
  return {{{'?', "help", ValueType::kFlag, "Show help."}},
          {{{"network"}, "The network."}, {{"network", "rule"}, "Rules."}},
          {set}};
}

TEST(Help, OfTheProgramListsOptionsAndNamespaces) {
  EXPECT_EQ(HelpText(SmallTable(), {}),
            R"(Usage: hostctl [options] {namespace}+ {cmd} [cmd options]

Options:
  -?|--help  Show help.

Available Namespaces:
  network  The network.

Exit codes:
  0  Done.
  1  hostd refused or failed, or the output could not be written.
  2  The command line is wrong; nothing was changed.
  3  hostd is not reachable or did not answer in time.
  4  Done, but the host is not synchronized (--wait-for-sync, system time
     status), or a test failed.
  5  No permission.
)");
}

TEST(Help, OfANamespaceListsNamespacesThenCommands) {
  EXPECT_EQ(HelpText(SmallTable(), {"network"}),
            R"(Usage: hostctl network {cmd} [cmd options]

Available Namespaces:
  rule  Rules.
)");
  EXPECT_EQ(HelpText(SmallTable(), {"network", "rule"}),
            R"(Usage: hostctl network rule {cmd} [cmd options]

Available Commands:
  set  Open or close a ruleset; closed, its ports are dropped.
)");
}

TEST(Help, OfACommandShowsDescriptionOptionsAndExamples) {
  EXPECT_EQ(HelpText(SmallTable(), {"network", "rule", "set"}),
            R"(Usage: hostctl network rule set [cmd options]

Description:
  set  Open or close a ruleset; closed, its ports are dropped.

Cmd options:
  -r|--ruleset-id=<str>  The ruleset to change. (required)
  -e|--enabled=<bool>    Open (true) or closed (false).
  --period=<seconds>     How often. Default: 60.
  --mode=<str>           How. One of a, b.
  --wait[=<long>]        Wait. Without a value: 30.
  --dry-run              Change nothing.

Examples:
  # Shut PTP out
  hostctl network rule set -r ptpd -e false
)");
}

TEST(Help, PutsTheMeaningOfALongOptionOnTheNextLine) {
  Command command;
  command.path = {"n"};
  command.name = "c";
  command.description = "Does it.";
  command.options = {
      Option{'\0', "a-name-that-is-longer-than-most", ValueType::kList, "One of many."},
      Option{'b', "brief", ValueType::kIp, "Short."}};
  const CommandTable table{{}, {{{"n"}, "N."}}, {command}};
  EXPECT_EQ(HelpText(table, {"n", "c"}), R"(Usage: hostctl n c [cmd options]

Description:
  c  Does it.

Cmd options:
  --a-name-that-is-longer-than-most=[ <str> ... ]
                   One of many.
  -b|--brief=<ip>  Short.
)");
}

}  // namespace
}  // namespace hostctl::cli
