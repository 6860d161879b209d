#include "cli/command.h"

#include <algorithm>

namespace hostctl::cli {
namespace {

// Whether `child` is `parent` and one word more.
bool IsDirectlyIn(const std::vector<std::string>& child, const std::vector<std::string>& parent) {
  return child.size() == parent.size() + 1 &&
         std::equal(parent.begin(), parent.end(), child.begin());
}

}  // namespace

Option Option::Required() const {
  Option copy = *this;
  copy.required = true;
  return copy;
}

Option Option::Default(const std::string& value) const {
  Option copy = *this;
  copy.default_value = value;
  return copy;
}

Option Option::Choices(const std::vector<std::string>& values) const {
  Option copy = *this;
  copy.choices = values;
  return copy;
}

Option Option::Range(int64_t low, int64_t high) const {
  Option copy = *this;
  copy.min = low;
  copy.max = high;
  return copy;
}

Option Option::Metavar(const std::string& name) const {
  Option copy = *this;
  copy.metavar = name;
  return copy;
}

Option Option::Implied(const std::string& value) const {
  Option copy = *this;
  copy.implied_value = value;
  return copy;
}

Option Option::Live(LiveValues values) const {
  Option copy = *this;
  copy.live = values;
  return copy;
}

Option Option::Group(const std::string& heading) const {
  Option copy = *this;
  copy.group = heading;
  return copy;
}

const Command* CommandTable::FindCommand(const std::vector<std::string>& path,
                                         const std::string& name) const {
  for (const Command& command : commands) {
    if (command.name == name && command.path == path) return &command;
  }
  return nullptr;
}

const Namespace* CommandTable::FindNamespace(const std::vector<std::string>& path) const {
  for (const Namespace& space : namespaces) {
    if (space.path == path) return &space;
  }
  return nullptr;
}

std::vector<const Namespace*> CommandTable::NamespacesIn(
    const std::vector<std::string>& path) const {
  std::vector<const Namespace*> found;
  for (const Namespace& space : namespaces) {
    if (IsDirectlyIn(space.path, path)) found.push_back(&space);
  }
  std::sort(found.begin(), found.end(),
            [](const Namespace* a, const Namespace* b) { return a->path.back() < b->path.back(); });
  return found;
}

std::vector<const Command*> CommandTable::CommandsIn(const std::vector<std::string>& path) const {
  std::vector<const Command*> found;
  for (const Command& command : commands) {
    if (command.path == path) found.push_back(&command);
  }
  std::sort(found.begin(), found.end(),
            [](const Command* a, const Command* b) { return a->name < b->name; });
  return found;
}

std::string Words(const std::vector<std::string>& path) {
  std::string words;
  for (const std::string& word : path) words += (words.empty() ? "" : " ") + word;
  return words;
}

std::string OptionName(const Option& option) {
  std::string long_form = "--" + option.long_name;
  if (option.short_name == '\0') return long_form;
  return std::string("-") + option.short_name + "|" + long_form;
}

}  // namespace hostctl::cli
