// command list: the table of commands, shown. Asks hostd nothing.
#include <algorithm>

#include "cli/commands.h"

namespace hostctl::cli {
namespace {

std::string Dotted(const std::vector<std::string>& path) {
  std::string dotted = Words(path);
  std::replace(dotted.begin(), dotted.end(), ' ', '.');
  return dotted;
}

std::vector<const Command*> Sorted(const CommandTable& table) {
  std::vector<const Command*> commands;
  for (const Command& command : table.commands) commands.push_back(&command);
  std::sort(commands.begin(), commands.end(), [](const Command* a, const Command* b) {
    return a->path == b->path ? a->name < b->name : a->path < b->path;
  });
  return commands;
}

Outcome ListCommands(const Arguments& /*arguments*/, Session& session) {
  const std::vector<const Command*> commands = Sorted(session.table);
  Output output;
  output.human = [commands] {
    Records records{true, {}, {}};
    for (const Command* command : commands) {
      records.items.push_back(
          Record("Command", {{"Namespace", Dotted(command->path)}, {"Command", command->name}}));
    }
    return records;
  };
  output.machine = [commands] {
    Records records{true, {}, {}};
    for (const Command* command : commands) {
      records.items.push_back(Record("Command", {{"namespace", Dotted(command->path)},
                                                 {"command", command->name},
                                                 {"description", command->description},
                                                 {"rpc", command->rpc}}));
    }
    return records;
  };
  return output;
}

}  // namespace

std::vector<Command> CommandCommands() {
  Command list;
  list.path = {"command"};
  list.name = "list";
  list.description = "List every command of hostctl.";
  list.examples = {{"hostctl command list", "What is there?"}};
  list.format = Format::kTable;
  list.run = ListCommands;
  return {list};
}

}  // namespace hostctl::cli
