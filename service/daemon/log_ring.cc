#include "service/daemon/log_ring.h"

#include <utility>

namespace hostctl::daemon {

std::vector<std::string> LogRing::Add(const std::string& bytes) {
  std::vector<std::string> completed;
  for (const char c : bytes) {
    if (c == '\n') {
      completed.push_back(unfinished_);
      lines_.push_back(std::exchange(unfinished_, ""));
      if (lines_.size() > kLines) lines_.pop_front();
    } else if (unfinished_.size() < kLineBytes) {
      unfinished_ += c >= ' ' && c <= '~' ? c : '?';
    }
  }
  return completed;
}

std::vector<std::string> LogRing::Last(size_t count) const {
  std::vector<std::string> last(lines_.begin(), lines_.end());
  if (!unfinished_.empty()) last.push_back(unfinished_);
  if (last.size() > count) last.erase(last.begin(), last.end() - static_cast<ptrdiff_t>(count));
  return last;
}

void LogRing::Clear() {
  lines_.clear();
  unfinished_.clear();
}

}  // namespace hostctl::daemon
