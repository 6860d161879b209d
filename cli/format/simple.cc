// The simple format, after esxcli's look: `   Name: value`, indented by three;
// a heading stands above its fields; a blank line between items; an inner
// structure is indented by three more.
#include <string>

#include "cli/format/formatter.h"

namespace hostctl::cli {
namespace {

constexpr size_t kStep = 3;

std::string Fields(const Record& record, size_t indent);

// A structure within a structure: its heading, then its fields one step in.
std::string Block(const Record& record, size_t indent) {
  if (record.heading.empty()) return Fields(record, indent);
  return std::string(indent, ' ') + record.heading + "\n" + Fields(record, indent + kStep);
}

std::string Inner(const Value& value, size_t indent) {
  if (const Record* record = value.record()) return Block(*record, indent);
  std::string text;
  for (const Value& item : *value.list()) text += Block(*item.record(), indent);
  return text;
}

bool HoldsStructures(const Value& value) {
  const List* list = value.list();
  return value.record() != nullptr ||
         (list != nullptr && !list->empty() && list->front().record() != nullptr);
}

std::string Fields(const Record& record, size_t indent) {
  std::string text;
  for (const Field& field : record.fields) {
    text += std::string(indent, ' ') + field.name + ":";
    if (HoldsStructures(field.value)) {
      text += "\n" + Inner(field.value, indent + kStep);
      continue;
    }
    const std::string value = Text(field.value);
    text += value.empty() ? "\n" : " " + value + "\n";
  }
  return text;
}

}  // namespace

std::string RenderSimple(const Records& records) {
  std::string text;
  for (const Record& record : records.items) {
    if (&record != &records.items.front()) text += "\n";
    if (!record.heading.empty()) text += record.heading + "\n";
    text += Fields(record, kStep);
  }
  return text;
}

}  // namespace hostctl::cli
