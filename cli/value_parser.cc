#include "cli/value_parser.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <system_error>

#include "cli/time_text.h"

namespace hostctl::cli {
namespace {

ParsedValue Good(const std::string& canonical) {
  return {true, canonical, ""};
}

ParsedValue Bad(const Option& option, const std::string& why, const std::string& text) {
  return {false, "",
          "While processing '--" + option.long_name + "'. " + why + " Got '" + text + "'"};
}

ParsedValue Mismatch(const Option& option, const std::string& type, const std::string& text) {
  return Bad(option, "Argument type mismatch. Expecting " + type + " value.", text);
}

ParsedValue OutOfRange(const Option& option, const std::string& text) {
  return Bad(option,
             "Value out of range. Expecting " + std::to_string(option.min) + " to " +
                 std::to_string(option.max) + ".",
             text);
}

// Decimal, or hexadecimal after `0x`, as tables of standards write it.
ParsedValue ParseInteger(const Option& option, const std::string& text) {
  constexpr int kDecimal = 10;
  constexpr int kHexadecimal = 16;
  const bool hexadecimal = text.rfind("0x", 0) == 0 && text.find('-') == std::string::npos;
  int64_t value = 0;
  const char* const begin = text.data() + (hexadecimal ? 2 : 0);
  const char* const end = text.data() + text.size();
  const std::from_chars_result result =
      std::from_chars(begin, end, value, hexadecimal ? kHexadecimal : kDecimal);
  if (result.ec == std::errc::result_out_of_range && result.ptr == end) {
    return OutOfRange(option, text);
  }
  if (result.ec != std::errc() || result.ptr != end) return Mismatch(option, "integer", text);
  if (value < option.min || value > option.max) return OutOfRange(option, text);
  return Good(std::to_string(value));
}

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

ParsedValue ParseBoolean(const Option& option, const std::string& text) {
  static constexpr std::array<const char*, 6> kTrue = {"1", "t", "true", "y", "yes", "on"};
  static constexpr std::array<const char*, 6> kFalse = {"0", "f", "false", "n", "no", "off"};
  const std::string lower = Lower(text);
  if (std::find(kTrue.begin(), kTrue.end(), lower) != kTrue.end()) return Good("true");
  if (std::find(kFalse.begin(), kFalse.end(), lower) != kFalse.end()) return Good("false");
  return Mismatch(option, "boolean", text);
}

ParsedValue ParseIp(const Option& option, const std::string& text) {
  in6_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) == 1 ||
      inet_pton(AF_INET6, text.c_str(), &address) == 1) {
    return Good(text);
  }
  return Mismatch(option, "IP address", text);
}

// `10us`: a number, a unit. Blanks may stand between them.
ParsedValue ParseSpan(const Option& option, const std::string& text) {
  struct Unit {
    const char* name;
    double ns;
  };
  static constexpr std::array<Unit, 7> kUnits = {
      {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"m", 60e9}, {"h", 3600e9}}};
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  std::string name(rest, end);
  name.erase(0, name.find_first_not_of(' '));
  const auto* const unit =
      std::find_if(kUnits.begin(), kUnits.end(),
                   [&name](const Unit& candidate) { return name == candidate.name; });
  if (error != std::errc() || unit == kUnits.end()) {
    return Bad(option, "Expecting a span of time like 10us, 1.5ms or 2s.", text);
  }
  const double ns = number * unit->ns;
  // Written so that NaN is out of range.
  if (!(ns >= static_cast<double>(option.min) && ns <= static_cast<double>(option.max))) {
    return Bad(option,
               "Value out of range. Expecting " + SpanText(static_cast<double>(option.min)) +
                   " to " + SpanText(static_cast<double>(option.max)) + ".",
               text);
  }
  return Good(std::to_string(std::llround(ns)));
}

ParsedValue ParseString(const Option& option, const std::string& text) {
  if (option.choices.empty()) return Good(text);
  std::string list;
  for (const std::string& choice : option.choices) {
    if (Lower(choice) == Lower(text)) return Good(choice);
    list += (list.empty() ? "" : ", ") + choice;
  }
  return Bad(option, "Expecting one of " + list + ".", text);
}

}  // namespace

ParsedValue ParseValue(const Option& option, const std::string& text) {
  switch (option.type) {
    case ValueType::kInteger:
      return ParseInteger(option, text);
    case ValueType::kBoolean:
      return ParseBoolean(option, text);
    case ValueType::kIp:
      return ParseIp(option, text);
    case ValueType::kSpan:
      return ParseSpan(option, text);
    case ValueType::kString:
    case ValueType::kList:
      return ParseString(option, text);
    case ValueType::kFlag:
      break;
  }
  return Good("true");
}

}  // namespace hostctl::cli
