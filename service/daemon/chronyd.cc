#include "service/daemon/chronyd.h"

#include <cstddef>
#include <sstream>

namespace hostctl::daemon {

std::vector<std::string> SplitCommand(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool StaysOffTheClock(const std::vector<std::string>& command) {
  const std::string takes_value = "fFlLPtu";  // chrony 4.3; the value may follow at once
  for (size_t i = 1; i < command.size(); ++i) {
    const std::string& word = command[i];
    if (word == "--") return false;
    if (word.size() < 2 || word[0] != '-') continue;
    for (size_t j = 1; j < word.size(); ++j) {
      if (word[j] == 'x') return true;
      if (takes_value.find(word[j]) == std::string::npos) continue;
      if (j + 1 == word.size()) ++i;  // the next word is the value
      break;
    }
  }
  return false;
}

}  // namespace hostctl::daemon
