#include "cli/format/record.h"

#include <array>
#include <charconv>
#include <type_traits>

namespace hostctl::cli {
namespace {

std::string DoubleText(double value) {
  std::array<char, 32> buffer{};
  const std::to_chars_result end = std::to_chars(buffer.begin(), buffer.end(), value);
  return std::string(buffer.begin(), end.ptr);
}

std::string Joined(const List& list) {
  std::string text;
  for (const Value& item : list) {
    if (&item != &list.front()) text += ", ";
    text += Text(item);
  }
  return text;
}

}  // namespace

std::string Text(const Value& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return "";
        } else if constexpr (std::is_same_v<T, bool>) {
          return v ? "true" : "false";
        } else if constexpr (std::is_same_v<T, double>) {
          return DoubleText(v);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return v;
        } else if constexpr (std::is_same_v<T, List>) {
          return Joined(v);
        } else if constexpr (std::is_same_v<T, Record>) {
          return v.heading;
        } else {
          return std::to_string(v);
        }
      },
      value.data);
}

std::string TypeName(const Value& value) {
  static constexpr std::array<const char*, std::variant_size_v<Value::Data>> kNames = {
      "", "boolean", "integer", "unsigned", "double", "string", "", ""};
  return kNames[value.data.index()];
}

}  // namespace hostctl::cli
