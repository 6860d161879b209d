// The keyvalue format: a line per value, `Type.field.type=value`, easy for grep
// and for the shell's `read`.
#include <string>

#include "cli/format/formatter.h"

namespace hostctl::cli {
namespace {

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\\\";
    } else if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Lines(const std::string& path, const Value& value) {
  std::string text;
  if (const Record* record = value.record()) {
    if (!record->present) return "";
    for (const Field& field : record->fields) text += Lines(path + "." + field.name, field.value);
  } else if (const List* list = value.list()) {
    size_t index = 0;
    for (const Value& item : *list) text += Lines(path + "[" + std::to_string(index++) + "]", item);
  } else if (!value.absent()) {
    text = path + "." + TypeName(value) + "=" + Escaped(Text(value)) + "\n";
  }
  return text;
}

}  // namespace

std::string RenderKeyvalue(const Records& records) {
  std::string text;
  size_t index = 0;
  for (const Record& record : records.items) {
    const std::string position = records.is_list ? "[" + std::to_string(index++) + "]" : "";
    text += Lines(record.type + position, Value(record));
  }
  return text;
}

}  // namespace hostctl::cli
