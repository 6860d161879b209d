// Numbers as text, with the formats of snprintf.
#pragma once

#include <cstdio>
#include <string>

namespace hostctl::cli {

template <typename T>
const T& ForPrintf(const T& value) {
  return value;
}
inline const char* ForPrintf(const std::string& value) {
  return value.c_str();
}

// What snprintf writes, of any length; `%s` also takes a std::string.
template <typename... Args>
std::string Printf(const char* format, const Args&... args) {
  const int size = std::snprintf(nullptr, 0, format, ForPrintf(args)...);
  std::string text(static_cast<size_t>(size < 0 ? 0 : size), '\0');
  std::snprintf(text.data(), text.size() + 1, format, ForPrintf(args)...);
  return text;
}

}  // namespace hostctl::cli
