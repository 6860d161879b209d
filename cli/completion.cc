#include "cli/completion.h"

#include <algorithm>
#include <utility>

namespace hostctl::cli {
namespace {

bool BeginsWith(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

class Completer {
 public:
  explicit Completer(const CommandTable& table) : table_(table) {}

  Completion Run(const std::vector<std::string>& words) {
    if (words.empty()) return {};
    for (size_t i = 0; i + 1 < words.size(); ++i) {
      if (!TakeWord(words[i])) return {};
    }
    const std::string& last = words.back();
    const size_t equals = last.find('=');
    if (awaited_ != nullptr && !(awaited_->implied_value && BeginsWith(last, "-"))) {
      CompleteValue(*awaited_, "", last);
    } else if (BeginsWith(last, "-") && equals != std::string::npos) {
      const Option* option = Find(last.substr(0, equals));
      if (option != nullptr) {
        CompleteValue(*option, last.substr(0, equals + 1), last.substr(equals + 1));
      }
    } else if (BeginsWith(last, "-") || command_ != nullptr) {
      CompleteOption(last);
    } else {
      CompleteWord(last);
    }
    return completion_;
  }

 private:
  // A word before the cursor; false if it is none that is known.
  bool TakeWord(const std::string& word) {
    if (awaited_ != nullptr && !(awaited_->implied_value && BeginsWith(word, "-"))) {
      Note(*std::exchange(awaited_, nullptr), word);
      return true;
    }
    awaited_ = nullptr;
    if (BeginsWith(word, "-")) {
      const size_t equals = word.find('=');
      const Option* option = Find(word.substr(0, equals));
      if (option == nullptr) return false;
      given_.push_back(option->long_name);
      if (equals != std::string::npos) {
        Note(*option, word.substr(equals + 1));
      } else if (option->type != ValueType::kFlag) {
        awaited_ = option;
      }
      return true;
    }
    if (command_ != nullptr) return false;
    command_ = table_.FindCommand(path_, word);
    if (command_ != nullptr) return true;
    path_.push_back(word);
    return table_.FindNamespace(path_) != nullptr;
  }

  void Note(const Option& option, const std::string& value) {
    completion_.globals.Add(option.long_name, value);
  }

  const Option* Find(const std::string& name) const {
    for (const std::vector<Option>* options : {CommandOptions(), &table_.global_options}) {
      for (const Option& option : *options) {
        const bool is_short =
            option.short_name != '\0' && name == std::string("-") + option.short_name;
        if (is_short || name == "--" + option.long_name) return &option;
      }
    }
    return nullptr;
  }

  const std::vector<Option>* CommandOptions() const {
    static const std::vector<Option> kNone;
    return command_ == nullptr ? &kNone : &command_->options;
  }

  void Offer(const std::string& typed, const std::string& word, const std::string& description) {
    if (BeginsWith(word, typed)) completion_.candidates.push_back({word, description});
  }

  void CompleteWord(const std::string& typed) {
    for (const Namespace* space : table_.NamespacesIn(path_)) {
      Offer(typed, space->path.back(), space->description);
    }
    for (const Command* command : table_.CommandsIn(path_)) {
      Offer(typed, command->name, command->description);
    }
  }

  // Options of the command come alone, unless a dash asks for all.
  void CompleteOption(const std::string& typed) {
    for (const Option& option : *CommandOptions()) OfferOption(typed, option);
    if (command_ != nullptr && typed.empty()) return;
    for (const Option& option : table_.global_options) OfferOption(typed, option);
  }

  void OfferOption(const std::string& typed, const Option& option) {
    const bool given = std::find(given_.begin(), given_.end(), option.long_name) != given_.end();
    if (given && option.type != ValueType::kList) return;
    Offer(typed, "--" + option.long_name, option.description);
  }

  void CompleteValue(const Option& option, const std::string& prefix, const std::string& typed) {
    std::vector<std::string> values = option.choices;
    if (option.type == ValueType::kBoolean) values = {"true", "false"};
    for (const std::string& value : values) Offer(prefix + typed, prefix + value, "");
    completion_.live = option.live;
    completion_.files = option.metavar == "file" || option.metavar == "path";
    completion_.prefix = prefix;
    completion_.typed = typed;
  }

  const CommandTable& table_;
  const Command* command_ = nullptr;
  std::vector<std::string> path_;
  std::vector<std::string> given_;
  const Option* awaited_ = nullptr;  // stands before the cursor without its value
  Completion completion_;
};

}  // namespace

Completion Complete(const CommandTable& table, const std::vector<std::string>& words) {
  return Completer(table).Run(words);
}

}  // namespace hostctl::cli
