// The table format, after esxcli's look: two spaces between columns, a dashed
// rule under the header, numbers and booleans (and their headers) to the right,
// trailing blanks trimmed, and a last column of text ruled only as wide as its
// header.
#include <algorithm>
#include <string>
#include <vector>

#include "cli/format/formatter.h"

namespace hostctl::cli {
namespace {

struct Column {
  std::string header;
  size_t width = 0;
  bool right = false;
};

// Characters, not bytes: continuation bytes of UTF-8 take no room.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u;
  }));
}

bool AlignsRight(const Value& value) {
  return value.absent() || (!TypeName(value).empty() && TypeName(value) != "string");
}

std::vector<Column> Columns(const std::vector<Record>& rows) {
  std::vector<Column> columns;
  for (size_t i = 0; i < rows.front().fields.size(); ++i) {
    Column column{rows.front().fields[i].name, 0, true};
    column.width = Width(column.header);
    for (const Record& row : rows) {
      column.width = std::max(column.width, Width(Text(row.fields[i].value)));
      column.right = column.right && AlignsRight(row.fields[i].value);
    }
    columns.push_back(column);
  }
  return columns;
}

std::string Line(const std::vector<Column>& columns, const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string padding(columns[i].width - Width(cells[i]), ' ');
    if (i > 0) line += "  ";
    line += columns[i].right ? padding + cells[i] : cells[i] + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string RenderTable(const Records& records) {
  if (records.items.empty()) return "";
  const std::vector<Column> columns = Columns(records.items);
  std::vector<std::string> headers;
  std::vector<std::string> rules;
  for (const Column& column : columns) {
    const bool short_rule = &column == &columns.back() && !column.right;
    headers.push_back(column.header);
    rules.emplace_back(short_rule ? Width(column.header) : column.width, '-');
  }
  std::string text = Line(columns, headers) + Line(columns, rules);
  for (const Record& row : records.items) {
    std::vector<std::string> cells;
    for (const Field& field : row.fields) cells.push_back(Text(field.value));
    text += Line(columns, cells);
  }
  return text;
}

}  // namespace hostctl::cli
