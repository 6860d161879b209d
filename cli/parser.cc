#include "cli/parser.h"

#include <algorithm>
#include <cctype>

#include "cli/suggestion.h"
#include "cli/value_parser.h"

namespace hostctl::cli {
namespace {

bool IsOption(const std::string& word) {
  return word.size() > 1 && word[0] == '-';
}

// `--domain -1`: a value, although it starts with a dash.
bool IsNegativeNumber(const std::string& word) {
  return word.size() > 1 && word[0] == '-' &&
         std::isdigit(static_cast<unsigned char>(word[1])) != 0;
}

class LineParser {
 public:
  LineParser(const CommandTable& table, const std::vector<std::string>& words)
      : table_(table), words_(words) {}

  ParsedLine Run() {
    while (next_ < words_.size() && !done_) {
      const std::string& word = words_[next_++];
      if (IsOption(word)) {
        TakeOption(word);
      } else {
        TakeWord(word);
      }
    }
    if (!done_) Finish();
    return line_;
  }

 private:
  void Fail(const std::string& error, const std::string& hint = "") {
    line_.kind = ParsedLine::Kind::kError;
    line_.error = error;
    line_.hint = hint;
    done_ = true;
  }

  void Stop(ParsedLine::Kind kind) {
    line_.kind = kind;
    done_ = true;
  }

  // A word that is no option: the next namespace or the command.
  void TakeWord(const std::string& word) {
    if (line_.command != nullptr) return Fail("Unexpected argument " + word);
    std::vector<std::string> path = line_.understood;
    path.push_back(word);
    if (const Command* command = table_.FindCommand(line_.understood, word)) {
      line_.command = command;
    } else if (table_.FindNamespace(path) == nullptr) {
      return Fail("Unknown command or namespace " + Words(path), WordHint(word));
    }
    line_.understood = path;
  }

  std::string WordHint(const std::string& word) const {
    std::vector<std::string> known;
    for (const Namespace* space : table_.NamespacesIn(line_.understood)) {
      known.push_back(space->path.back());
    }
    for (const Command* command : table_.CommandsIn(line_.understood)) {
      known.push_back(command->name);
    }
    const std::string nearest = Nearest(word, known);
    return nearest.empty() ? "" : "Did you mean '" + nearest + "'?";
  }

  // `--name`, `--name=value`, `-x`, `-x=value`; a value may be the next word.
  void TakeOption(const std::string& word) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    bool global = false;
    const Option* option = Find(name, &global);
    if (option == nullptr) return Fail("Invalid option " + name, OptionHint(name));
    if (option->type == ValueType::kFlag) {
      if (equals != std::string::npos) return Fail("Option " + name + " takes no value");
      if (global && option->long_name == "help") return Stop(ParsedLine::Kind::kHelp);
      if (global && option->long_name == "version") return Stop(ParsedLine::Kind::kVersion);
      return Store(*option, name, "true", global);
    }
    if (equals != std::string::npos) return Store(*option, name, word.substr(equals + 1), global);
    const bool has_next =
        next_ < words_.size() && (!IsOption(words_[next_]) || IsNegativeNumber(words_[next_]));
    if (has_next) return Store(*option, name, words_[next_++], global);
    if (!option->implied_value) return Fail("Missing value of option " + OptionName(*option));
    Store(*option, name, *option->implied_value, global);
  }

  void Store(const Option& option, const std::string& name, const std::string& text, bool global) {
    Arguments& arguments = global ? line_.globals : line_.arguments;
    if (option.type != ValueType::kList && arguments.Has(option.long_name)) {
      return Fail("Duplicated option " + name);
    }
    const ParsedValue value = ParseValue(option, text);
    if (!value.ok) return Fail(value.error);
    arguments.Add(option.long_name, value.canonical);
  }

  // The command's own options come first; of the global ones a command hides
  // those of the same name.
  const Option* Find(const std::string& name, bool* global) const {
    const auto named = [&name](const Option& option) {
      return name == "--" + option.long_name ||
             (option.short_name != '\0' && name == std::string("-") + option.short_name);
    };
    if (line_.command != nullptr) {
      const std::vector<Option>& own = line_.command->options;
      const auto found = std::find_if(own.begin(), own.end(), named);
      if (found != own.end()) return &*found;
    }
    *global = true;
    const auto found =
        std::find_if(table_.global_options.begin(), table_.global_options.end(), named);
    return found == table_.global_options.end() ? nullptr : &*found;
  }

  std::string OptionHint(const std::string& name) const {
    if (name.rfind("--", 0) != 0) return "";
    std::vector<std::string> known;
    for (const Option& option : table_.global_options) known.push_back("--" + option.long_name);
    if (line_.command != nullptr) {
      for (const Option& option : line_.command->options) {
        known.push_back("--" + option.long_name);
      }
    }
    const std::string nearest = Nearest(name, known);
    return nearest.empty() ? "" : "Did you mean '" + nearest + "'?";
  }

  // The line is read; now the rules on what must, and must not, stand together.
  void Finish() {
    ApplyDefaults(table_.global_options, &line_.globals);
    if (line_.command == nullptr) return Stop(ParsedLine::Kind::kHelp);
    const Command& command = *line_.command;
    for (const Option& option : command.options) {
      if (option.required && !line_.arguments.Has(option.long_name)) {
        return Fail("Missing required parameter " + OptionName(option));
      }
    }
    for (const std::vector<std::string>& group : command.exclusive) {
      const std::vector<std::string> given = Given(group);
      if (given.size() > 1) {
        return Fail("Only one of " + List(given) + " can be given");
      }
    }
    if (!command.at_least_one.empty() && Given(command.at_least_one).empty()) {
      return Fail("Nothing to set. Expecting at least one " + Alternatives(command.at_least_one));
    }
    ApplyDefaults(command.options, &line_.arguments);
    Stop(ParsedLine::Kind::kRun);
  }

  std::vector<std::string> Given(const std::vector<std::string>& names) const {
    std::vector<std::string> given;
    for (const std::string& name : names) {
      if (line_.arguments.Has(name)) given.push_back(name);
    }
    return given;
  }

  // `of --enable, --disable`; of many only that there are.
  static std::string Alternatives(const std::vector<std::string>& names) {
    constexpr size_t kMostNamed = 16;
    return names.size() <= kMostNamed ? "of " + List(names) : "option that sets something";
  }

  static std::string List(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "--" : ", --") + name;
    return text;
  }

  static void ApplyDefaults(const std::vector<Option>& options, Arguments* arguments) {
    for (const Option& option : options) {
      if (option.default_value && !arguments->Has(option.long_name)) {
        arguments->Add(option.long_name, *option.default_value);
      }
    }
  }

  const CommandTable& table_;
  const std::vector<std::string>& words_;
  size_t next_ = 0;
  bool done_ = false;
  ParsedLine line_;
};

}  // namespace

ParsedLine Parse(const CommandTable& table, const std::vector<std::string>& words) {
  return LineParser(table, words).Run();
}

}  // namespace hostctl::cli
