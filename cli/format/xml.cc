// The xml format, after esxcli's: a typed list of structures.
//
//   <structure typeName="Ruleset">
//     <field name="enabled"><boolean>true</boolean></field>
#include <string>

#include "cli/format/formatter.h"

namespace hostctl::cli {
namespace {

// XML 1.0 has no way to write most control characters; they become `?`.
std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return escaped;
}

std::string Element(const Value& value, size_t indent);

std::string ListElement(const List& list, size_t indent) {
  const std::string margin(indent, ' ');
  const bool structures = !list.empty() && list.front().record() != nullptr;
  if (list.empty()) return margin + "<list/>\n";
  const std::string type = structures ? "structure" : TypeName(list.front());
  std::string text = margin + "<list type=\"" + type + "\">\n";
  for (const Value& item : list) {
    if (!structures) text += margin + "  ";
    text += Element(item, indent + 2);
    if (!structures) text += "\n";
  }
  return text + margin + "</list>\n";
}

std::string StructureElement(const Record& record, size_t indent) {
  const std::string margin(indent, ' ');
  std::string text = margin + "<structure typeName=\"" + Escaped(record.type) + "\">\n";
  for (const Field& field : record.fields) {
    const bool nested = field.value.list() != nullptr || field.value.record() != nullptr;
    const std::string inner = Element(field.value, indent + 4);
    if (inner.empty()) continue;
    text += margin;
    text += "  <field name=\"" + Escaped(field.name) + "\">";
    if (nested) text += "\n";
    text += inner;
    if (nested) text += margin + "  ";
    text += "</field>\n";
  }
  return text + margin + "</structure>\n";
}

// A scalar within a field stands on the field's own line, so it comes bare.
std::string Element(const Value& value, size_t indent) {
  if (const Record* record = value.record()) {
    return record->present ? StructureElement(*record, indent) : "";
  }
  if (const List* list = value.list()) return ListElement(*list, indent);
  if (value.absent()) return "";
  const std::string type = TypeName(value);
  return "<" + type + ">" + Escaped(Text(value)) + "</" + type + ">";
}

}  // namespace

std::string RenderXml(const Records& records) {
  std::string text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<output>\n";
  if (records.is_list) {
    text += ListElement(List(records.items.begin(), records.items.end()), 2);
  } else if (!records.items.empty()) {
    text += StructureElement(records.items.front(), 2);
  }
  return text + "</output>\n";
}

}  // namespace hostctl::cli
