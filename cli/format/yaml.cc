// The yaml format: YAML 1.2, written so that readers of YAML 1.1 (PyYAML) see the
// same values: a string that either could take for something else is quoted.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "cli/format/formatter.h"
#include "cli/format/json_value.h"

namespace hostctl::cli {
namespace {

// Plain where no reader can doubt: letters first, nothing that means something.
bool IsPlain(const std::string& text) {
  static constexpr std::array<const char*, 9> kReserved = {"y",   "n",    "yes",   "no",  "on",
                                                           "off", "true", "false", "null"};
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !is_letter(text.front())) return false;
  std::string lower = text;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (std::find(kReserved.begin(), kReserved.end(), lower) != kReserved.end()) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
  });
}

// JSON's quoting is YAML's; only DEL and U+0080 to U+009F stay bare in JSON.
std::string Quoted(const std::string& text) {
  std::string quoted;
  for (const char c : DumpJson(text, -1)) {
    const bool after_c2 = !quoted.empty() && quoted.back() == '\xc2';
    const auto byte = static_cast<unsigned char>(c);
    if (byte != 0x7f && !(after_c2 && byte < 0xa0)) {
      quoted += c;
      continue;
    }
    if (after_c2) quoted.pop_back();
    constexpr char kDigits[] = "0123456789abcdef";
    quoted += std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 0xf];
  }
  return quoted;
}

std::string DoubleText(double value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  std::string text = DumpJson(value, -1);
  // YAML 1.1 takes `1e+22` for a string.
  const size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) {
    text.insert(exponent, ".0");
  }
  return text;
}

std::string Scalar(const Value& value) {
  if (value.absent()) return "null";
  if (const auto* number = std::get_if<double>(&value.data)) return DoubleText(*number);
  if (const auto* text = std::get_if<std::string>(&value.data)) {
    return IsPlain(*text) ? *text : Quoted(*text);
  }
  return Text(value);
}

std::string Node(const Value& value, size_t indent);

// Lines of `key: value`, each indented.
std::string Mapping(const Record& record, size_t indent) {
  std::string text;
  for (const Field& field : record.fields) {
    text += std::string(indent, ' ') + field.name + ":" + Node(field.value, indent + 2);
  }
  return text;
}

std::string Sequence(const List& list, size_t indent) {
  std::string text;
  for (const Value& item : list) {
    std::string lines = std::string(indent, ' ') + "-";
    const Record* record = item.record();
    if (record != nullptr && record->present && !record->fields.empty()) {
      // The first key stands on the line of its dash.
      lines += " " + Mapping(*record, indent + 2).substr(indent + 2);
    } else {
      lines += Node(item, indent + 2);
    }
    text += lines;
  }
  return text;
}

// What follows a `key:` or a `-`.
std::string Node(const Value& value, size_t indent) {
  if (const Record* record = value.record()) {
    if (!record->present) return " null\n";
    return record->fields.empty() ? " {}\n" : "\n" + Mapping(*record, indent);
  }
  if (const List* list = value.list()) {
    return list->empty() ? " []\n" : "\n" + Sequence(*list, indent);
  }
  return " " + Scalar(value) + "\n";
}

}  // namespace

std::string RenderYaml(const Records& records) {
  if (records.is_list) {
    return records.items.empty() ? "[]\n"
                                 : Sequence(List(records.items.begin(), records.items.end()), 0);
  }
  return records.items.empty() ? "null\n" : Mapping(records.items.front(), 0);
}

}  // namespace hostctl::cli
