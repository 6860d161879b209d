// The last lines that a program wrote, in bounded memory.
//
//   LogRing log;
//   log.Add("Fatal error : ");
//   log.Add("no such file\n");
//   log.Last(5);  // {"Fatal error : no such file"}
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

namespace hostctl::daemon {

class LogRing {
 public:
  static constexpr size_t kLines = 100;
  static constexpr size_t kLineBytes = 500;

  // Takes the next bytes as they come, and returns the lines that they completed.
  // Of a line the first kLineBytes are kept; what is no printable ASCII becomes `?`.
  std::vector<std::string> Add(const std::string& bytes);

  // The newest lines, at most `count`, oldest first; an unfinished one is one too.
  std::vector<std::string> Last(size_t count) const;

  void Clear();

 private:
  std::deque<std::string> lines_;
  std::string unfinished_;
};

}  // namespace hostctl::daemon
