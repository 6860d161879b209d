#include "cli/help.h"

#include "cli/commands.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

TEST(Help, OfTheProgramListsOptionsAndNamespaces) {
  EXPECT_EQ(HelpText(AllCommands(), {}),
            R"(Usage: hostctl [options] {namespace}+ {cmd} [cmd options]

Options:
  --formatter=<str>  Output format; each command has its own default. One of
                     table, simple, json, csv, keyvalue, xml.
  --socket=<path>    Socket that hostd listens on. Default: $HOSTCTL_SOCKET,
                     else /run/hostctl/hostd.sock.
  --timeout=<long>   Longest wait for an answer, in seconds. Default: 10.
  -?|--help          Show help for the namespace or command.
  --version          Show the version of hostctl.

Available Namespaces:
  command  The commands of hostctl itself.
  network  The host's network: firewall and interfaces.
  system   The host's own services and clocks.
)");
}

TEST(Help, OfANamespaceListsNamespacesThenCommands) {
  EXPECT_EQ(HelpText(AllCommands(), {"system", "ptp"}),
            R"(Usage: hostctl system ptp {cmd} [cmd options]

Available Namespaces:
  stats  What PTP measures and knows.

Available Commands:
  get  Show the PTP configuration, what runs, and what stands in its way.
  set  Change the PTP configuration as one transaction: firewall ruleset and
       service follow.
)");
}

TEST(Help, OfACommandShowsDescriptionOptionsAndExamples) {
  EXPECT_EQ(HelpText(AllCommands(), {"network", "firewall", "ruleset", "set"}),
            R"(Usage: hostctl network firewall ruleset set [cmd options]

Description:
  set  Open or close a ruleset; closed, its ports are dropped.

Cmd options:
  -r|--ruleset-id=<str>    The ruleset to change, e.g. ptpd. (required)
  -e|--enabled=<bool>      Open (true) or closed (false).
  -a|--allowed-all=<bool>  Every address may use it (true), or only its allowed
                           addresses (false).
  --dry-run                Check, and show what would change; change nothing.

Examples:
  # Shut PTP out
  hostctl network firewall ruleset set --ruleset-id ptpd --enabled false
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
