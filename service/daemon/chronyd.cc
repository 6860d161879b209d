#include "service/daemon/chronyd.h"

#include <cstddef>
#include <cstring>
#include <sstream>

namespace hostctl::daemon {
namespace {

// Options of chrony 4.3 with a value, which may follow at once or as the next word.
constexpr char kTakeValue[] = "fFlLPtu";

}  // namespace

std::vector<std::string> SplitCommand(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool StaysOffTheClock(const std::vector<std::string>& command) {
  for (size_t i = 1; i < command.size(); ++i) {
    const std::string& word = command[i];
    if (word == "--") return false;
    if (word.size() < 2 || word[0] != '-') continue;
    for (size_t j = 1; j < word.size(); ++j) {
      if (word[j] == 'x') return true;
      if (std::strchr(kTakeValue, word[j]) == nullptr) continue;
      if (j + 1 == word.size()) ++i;  // the next word is the value
      break;
    }
  }
  return false;
}

std::vector<std::string> CommandWith(const std::vector<std::string>& command,
                                     const OwnConfiguration& configuration) {
  std::vector<std::string> result = {command.empty() ? "" : command.front()};
  for (size_t i = 1; i < command.size(); ++i) {
    const std::string& word = command[i];
    if (word == "--") break;
    if (word.size() < 2 || word[0] != '-') continue;  // a directive
    const size_t value = word.find_first_of(kTakeValue, 1);
    const bool next_is_value = value != std::string::npos && value + 1 == word.size();
    const bool replaced = value != std::string::npos && (word[value] == 'f' || word[value] == 'L');
    if (!replaced) {
      result.push_back(word);
      if (next_is_value && i + 1 < command.size()) result.push_back(command[i + 1]);
    } else if (value > 1) {
      result.push_back(word.substr(0, value));  // what else was said in the group
    }
    if (next_is_value) ++i;
  }
  const std::string& level = configuration.log_level;
  const char* const number = level == "error" ? "2" : level == "warning" ? "1" : "0";
  result.insert(result.end(), {"-L", number, "-f", configuration.file});
  return result;
}

}  // namespace hostctl::daemon
