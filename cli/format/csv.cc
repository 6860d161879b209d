// The csv format, RFC 4180: a header row, then a row per item. The columns
// depend only on the type of the records, so scripts may count them.
#include <string>
#include <vector>

#include "cli/format/formatter.h"
#include "cli/format/json_value.h"

namespace hostctl::cli {
namespace {

struct Cell {
  std::string column;
  std::string text;
};

std::string ListText(const List& list) {
  if (!list.empty() && list.front().record() != nullptr) return DumpJson(ToJson(Value(list)), -1);
  std::string text;
  for (const Value& item : list) {
    if (&item != &list.front()) text += ";";
    text += Text(item);
  }
  return text;
}

void Flatten(const Record& record, const std::string& prefix, std::vector<Cell>* cells) {
  for (const Field& field : record.fields) {
    const std::string column = prefix + field.name;
    if (const Record* inner = field.value.record()) {
      Flatten(*inner, column + ".", cells);
    } else if (const List* list = field.value.list()) {
      cells->push_back({column, ListText(*list)});
    } else {
      cells->push_back({column, Text(field.value)});
    }
  }
}

std::string Quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string Row(const Record& record, std::string Cell::*part) {
  std::vector<Cell> cells;
  Flatten(record, "", &cells);
  std::string row;
  for (const Cell& cell : cells) {
    if (&cell != &cells.front()) row += ",";
    row += Quoted(cell.*part);
  }
  return row + "\n";
}

}  // namespace

std::string RenderCsv(const Records& records, const Layout& layout) {
  if (records.items.empty() && !records.shape) return "";
  std::string text;
  if (layout.header) {
    text = Row(records.items.empty() ? *records.shape : records.items.front(), &Cell::column);
  }
  for (const Record& record : records.items) text += Row(record, &Cell::text);
  return text;
}

}  // namespace hostctl::cli
