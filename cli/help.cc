#include "cli/help.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "cli/format/text_layout.h"

namespace hostctl::cli {
namespace {

constexpr size_t kScreenWidth = 80;
constexpr size_t kIndent = 2;
constexpr size_t kGap = 2;
constexpr size_t kWidestLeft = 32;  // longer ones get a line of their own

using Entries = std::vector<std::pair<std::string, std::string>>;

// Two columns: what one types, and what it means.
std::string Section(const std::string& title, const Entries& entries) {
  if (entries.empty()) return "";
  size_t width = 0;
  for (const auto& [left, right] : entries) {
    if (left.size() <= kWidestLeft) width = std::max(width, left.size());
  }
  const size_t column = kIndent + width + kGap;
  std::string text = "\n" + title + ":\n";
  for (const auto& [left, right] : entries) {
    std::string line = std::string(kIndent, ' ') + left;
    if (left.size() > kWidestLeft) {
      text += line + "\n";
      line.clear();
    }
    for (const std::string& part : Wrapped(right, kScreenWidth - column)) {
      line.resize(column, ' ');
      text += line + part + "\n";
      line.clear();
    }
  }
  return text;
}

std::string Metavar(const Option& option) {
  if (!option.metavar.empty()) return option.metavar;
  switch (option.type) {
    case ValueType::kInteger:
      return "long";
    case ValueType::kBoolean:
      return "bool";
    case ValueType::kIp:
      return "ip";
    case ValueType::kSpan:
      return "span";
    default:
      return "str";
  }
}

Entries OptionEntries(const std::vector<Option>& options) {
  Entries entries;
  for (const Option& option : options) {
    entries.emplace_back(OptionSyntax(option), OptionMeaning(option));
  }
  return entries;
}

std::string OptionSections(const std::vector<Option>& options) {
  std::string text;
  for (const OptionGroup& group : GroupsOf(options)) {
    text += Section(group.heading.empty() ? "Cmd options" : group.heading,
                    OptionEntries(group.options));
  }
  return text;
}

std::string CommandHelp(const Command& command) {
  std::string text =
      "Usage: hostctl " + Words(command.path) + " " + command.name + " [cmd options]\n";
  text += Section("Description", {{command.name, command.description}});
  text += OptionSections(command.options);
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const Example& example : command.examples) {
    text += "  # " + example.description + "\n  " + example.command + "\n";
  }
  return text;
}

std::string NamespaceHelp(const CommandTable& table, const std::vector<std::string>& path) {
  std::string text = path.empty() ? "Usage: hostctl [options] {namespace}+ {cmd} [cmd options]\n"
                                  : "Usage: hostctl " + Words(path) + " {cmd} [cmd options]\n";
  if (path.empty()) text += Section("Options", OptionEntries(table.global_options));
  Entries namespaces;
  for (const Namespace* space : table.NamespacesIn(path)) {
    namespaces.emplace_back(space->path.back(), space->description);
  }
  Entries commands;
  for (const Command* command : table.CommandsIn(path)) {
    commands.emplace_back(command->name, command->description);
  }
  text += Section("Available Namespaces", namespaces) + Section("Available Commands", commands);
  if (!path.empty()) return text;
  Entries codes;
  for (const ExitCode& exit : kExitCodes)
    codes.emplace_back(std::to_string(exit.code), exit.meaning);
  return text + Section("Exit codes", codes);
}

}  // namespace

std::vector<OptionGroup> GroupsOf(const std::vector<Option>& options) {
  std::vector<OptionGroup> groups;
  for (const Option& option : options) {
    const auto same = [&option](const OptionGroup& group) { return group.heading == option.group; };
    auto found = std::find_if(groups.begin(), groups.end(), same);
    if (found == groups.end()) found = groups.insert(groups.end(), {option.group, {}});
    found->options.push_back(option);
  }
  return groups;
}

std::string OptionSyntax(const Option& option) {
  std::string text = OptionName(option);
  if (option.type == ValueType::kList) text += "=[ <" + Metavar(option) + "> ... ]";
  if (option.type == ValueType::kList || option.type == ValueType::kFlag) return text;
  const std::string value = "=<" + Metavar(option) + ">";
  return text + (option.implied_value ? "[" + value + "]" : value);
}

std::string OptionMeaning(const Option& option) {
  std::string text = option.description;
  // Of many the description has to say which they are; completion offers them.
  constexpr size_t kMostListed = 16;
  if (!option.choices.empty() && option.choices.size() <= kMostListed) {
    std::string list;
    for (const std::string& choice : option.choices) list += (list.empty() ? "" : ", ") + choice;
    text += " One of " + list + ".";
  }
  if (option.default_value) text += " Default: " + *option.default_value + ".";
  if (option.implied_value) text += " Without a value: " + *option.implied_value + ".";
  if (option.required) text += " (required)";
  return text;
}

std::string HelpText(const CommandTable& table, const std::vector<std::string>& path) {
  if (!path.empty()) {
    const std::vector<std::string> parent(path.begin(), path.end() - 1);
    if (const Command* command = table.FindCommand(parent, path.back())) {
      return CommandHelp(*command);
    }
  }
  return NamespaceHelp(table, path);
}

}  // namespace hostctl::cli
