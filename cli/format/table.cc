// The table format, after esxcli's look: two spaces between columns, a dashed
// rule under the header, numbers and booleans (and their headers) to the right,
// trailing blanks trimmed, and a last column of text ruled only as wide as its
// header.
#include <algorithm>
#include <string>
#include <vector>

#include "cli/format/formatter.h"
#include "cli/format/text_layout.h"

namespace hostctl::cli {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 8;  // a column of text is not squeezed below this

struct Column {
  std::string header;
  size_t width = 0;
  bool right = false;
};

// What stands in one column of one row, a line of the screen each.
struct Cell {
  std::vector<std::string> lines;
  Meaning meaning = Meaning::kNone;
};

const Value& ValueAt(const Record& row, size_t column) {
  static const Value kAbsent;
  return column < row.fields.size() ? row.fields[column].value : kAbsent;
}

bool AlignsRight(const Value& value) {
  return value.absent() || (!TypeName(value).empty() && TypeName(value) != "string");
}

std::vector<Column> Columns(const std::vector<Record>& rows, bool header) {
  std::vector<Column> columns;
  for (size_t i = 0; i < rows.front().fields.size(); ++i) {
    Column column{rows.front().fields[i].name, 0, true};
    if (header) column.width = Width(column.header);
    for (const Record& row : rows) {
      column.width = std::max(column.width, Width(Text(ValueAt(row, i))));
      column.right = column.right && AlignsRight(ValueAt(row, i));
    }
    columns.push_back(column);
  }
  return columns;
}

// Takes room from the widest columns of text until the table fits, if it can.
void Squeeze(std::vector<Column>& columns, size_t screen) {
  const auto least = [](const Column& column) {
    return std::max(kNarrowest, Width(column.header));
  };
  size_t total = kGap * (columns.size() - 1);
  for (const Column& column : columns) total += column.width;
  while (total > screen) {
    Column* widest = nullptr;
    for (Column& column : columns) {
      if (column.right || column.width <= least(column)) continue;
      if (widest == nullptr || column.width > widest->width) widest = &column;
    }
    if (widest == nullptr) return;
    --widest->width;
    --total;
  }
}

std::string Line(const std::vector<Column>& columns, const std::vector<Cell>& cells, size_t index,
                 bool colour) {
  std::string line;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string text = index < cells[i].lines.size() ? cells[i].lines[index] : "";
    const size_t width = Width(text);
    const std::string padding(columns[i].width > width ? columns[i].width - width : 0, ' ');
    const std::string shown = Coloured(text, cells[i].meaning, colour);
    if (i > 0) line += std::string(kGap, ' ');
    line += columns[i].right ? padding + shown : shown + padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string Row(const std::vector<Column>& columns, const std::vector<Cell>& cells, bool colour) {
  size_t height = 1;
  for (const Cell& cell : cells) height = std::max(height, cell.lines.size());
  std::string text;
  for (size_t i = 0; i < height; ++i) text += Line(columns, cells, i, colour);
  return text;
}

std::string Header(const std::vector<Column>& columns) {
  std::vector<Cell> headers;
  std::vector<Cell> rules;
  for (const Column& column : columns) {
    const bool short_rule = &column == &columns.back() && !column.right;
    const size_t rule = short_rule ? Width(column.header) : column.width;
    headers.push_back({{column.header}, Meaning::kNone});
    rules.push_back({{std::string(rule, '-')}, Meaning::kNone});
  }
  return Row(columns, headers, false) + Row(columns, rules, false);
}

}  // namespace

std::string RenderTable(const Records& records, const Layout& layout) {
  if (records.items.empty() || records.items.front().fields.empty()) return "";
  std::vector<Column> columns = Columns(records.items, layout.header);
  if (layout.width > 0) Squeeze(columns, layout.width);
  std::string text = layout.header ? Header(columns) : "";
  for (const Record& row : records.items) {
    std::vector<Cell> cells;
    for (size_t i = 0; i < columns.size(); ++i) {
      const Value& value = ValueAt(row, i);
      const size_t width = layout.width > 0 ? columns[i].width : 0;
      cells.push_back({Wrapped(Text(value), width), value.meaning});
    }
    text += Row(columns, cells, layout.colour);
  }
  return text;
}

}  // namespace hostctl::cli
