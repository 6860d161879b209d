// The help of every level of the whole table, and `command list`, as text.
#include <algorithm>
#include <set>

#include "cli/commands.h"
#include "cli/help.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"
#include "tests/cli/golden.h"

namespace hostctl::cli {
namespace {

// `system ptp` -> `system_ptp.txt`; of the program itself `hostctl.txt`.
std::string FileName(const std::vector<std::string>& path) {
  std::string name = path.empty() ? "hostctl" : Words(path);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name + ".txt";
}

std::vector<std::vector<std::string>> EveryLevel(const CommandTable& table) {
  std::vector<std::vector<std::string>> levels = {{}};
  for (const Namespace& space : table.namespaces) levels.push_back(space.path);
  for (const Command& command : table.commands) {
    levels.push_back(command.path);
    levels.back().push_back(command.name);
  }
  return levels;
}

TEST(HelpGolden, OfEveryNamespaceAndCommand) {
  const CommandTable table = AllCommands();
  std::set<std::string> names;
  for (const std::vector<std::string>& level : EveryLevel(table)) {
    ExpectGolden("help/" + FileName(level), HelpText(table, level));
    names.insert(FileName(level));
  }
  ExpectNoOtherGolden("help", names);
}

TEST(HelpGolden, FitsAScreenOfEightyColumns) {
  const CommandTable table = AllCommands();
  for (const std::vector<std::string>& level : EveryLevel(table)) {
    std::istringstream help(HelpText(table, level));
    for (std::string line; std::getline(help, line);) {
      const bool example = line.rfind("  hostctl ", 0) == 0;
      EXPECT_TRUE(example || line.size() <= 80) << Words(level) << ": " << line;
    }
  }
}

TEST(CommandTable, LetsEverySetBeTriedFirst) {
  for (const Command& command : AllCommands().commands) {
    if (command.name != "set") continue;
    const auto dry_run = [](const Option& option) { return option.long_name == "dry-run"; };
    EXPECT_TRUE(std::any_of(command.options.begin(), command.options.end(), dry_run))
        << Words(command.path);
  }
}

TEST(CommandListGolden, HasEveryCommand) {
  const CallResult list = RunHostctl("/nonexistent", "command list");
  EXPECT_EQ(list.exit_code, 0);
  ExpectGolden("command_list.txt", list.out);
  for (const Command& command : AllCommands().commands) {
    std::string dotted = Words(command.path);
    std::replace(dotted.begin(), dotted.end(), ' ', '.');
    EXPECT_NE(list.out.find(dotted + " "), std::string::npos) << dotted;
  }
}

}  // namespace
}  // namespace hostctl::cli
