// The simple format, after esxcli's look: `   Name: value`, indented by three;
// a heading stands above its fields; a blank line between items; an inner
// structure is indented by three more.
#include <string>

#include "cli/format/formatter.h"
#include "cli/format/text_layout.h"

namespace hostctl::cli {
namespace {

constexpr size_t kStep = 3;
constexpr size_t kNarrowest = 20;  // text is not squeezed below this

std::string Fields(const Record& record, size_t indent, const Layout& layout);

// A structure within a structure: its heading, then its fields one step in.
std::string Block(const Record& record, size_t indent, const Layout& layout) {
  if (record.heading.empty()) return Fields(record, indent, layout);
  return std::string(indent, ' ') + record.heading + "\n" + Fields(record, indent + kStep, layout);
}

std::string Inner(const Value& value, size_t indent, const Layout& layout) {
  if (const Record* record = value.record()) return Block(*record, indent, layout);
  std::string text;
  for (const Value& item : *value.list()) text += Block(*item.record(), indent, layout);
  return text;
}

bool HoldsStructures(const Value& value) {
  const List* list = value.list();
  return value.record() != nullptr ||
         (list != nullptr && !list->empty() && list->front().record() != nullptr);
}

// `   Name: value`; a value that is too wide stands below its name, one step in.
std::string Line(const Field& field, size_t indent, const Layout& layout) {
  const std::string label = std::string(indent, ' ') + field.name + ":";
  const std::string value = Text(field.value);
  if (value.empty()) return label + "\n";
  const auto shown = [&](const std::string& text) {
    return Coloured(text, field.value.meaning, layout.colour) + "\n";
  };
  const size_t margin = indent + kStep;
  const bool fits = Width(label) + 1 + Width(value) <= layout.width;
  if (layout.width < margin + kNarrowest || fits) return label + " " + shown(value);
  std::string text = label + "\n";
  for (const std::string& line : Wrapped(value, layout.width - margin)) {
    text += std::string(margin, ' ') + shown(line);
  }
  return text;
}

std::string Fields(const Record& record, size_t indent, const Layout& layout) {
  std::string text;
  for (const Field& field : record.fields) {
    if (HoldsStructures(field.value)) {
      text += std::string(indent, ' ') + field.name + ":\n" +
              Inner(field.value, indent + kStep, layout);
    } else {
      text += Line(field, indent, layout);
    }
  }
  return text;
}

}  // namespace

std::string RenderSimple(const Records& records, const Layout& layout) {
  std::string text;
  for (const Record& record : records.items) {
    if (&record != &records.items.front()) text += "\n";
    if (!record.heading.empty()) text += record.heading + "\n";
    text += Fields(record, kStep, layout);
  }
  return text;
}

}  // namespace hostctl::cli
