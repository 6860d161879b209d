#include "cli/arguments.h"

#include <charconv>

namespace hostctl::cli {

std::string Arguments::String(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "" : found->second.front();
}

int64_t Arguments::Integer(const std::string& name) const {
  const std::string text = String(name);
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string> Arguments::List(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace hostctl::cli
