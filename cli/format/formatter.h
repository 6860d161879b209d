// The output formats and their names. Each is one file beside this one; all are
// pure functions from records to text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/format/record.h"

namespace hostctl::cli {

enum class Format { kTable, kSimple, kJson, kCsv, kKeyvalue, kXml, kYaml };

// How a format is laid out where it leaves a choice.
struct Layout {
  bool header = true;   // of table and csv
  size_t width = 0;     // columns of the screen for table and simple; 0: no limit
  bool colour = false;  // of values with a meaning, in table and simple
};

// `table`, `simple`, `json`, `csv`, `keyvalue`, `xml`, `yaml`, in the order of Format.
std::vector<std::string> FormatNames();
// Nothing for a name that is none of FormatNames().
std::optional<Format> FormatByName(const std::string& name);
// Whether programs read it: then it gets typed raw fields, else labels for people.
bool IsMachineFormat(Format format);
// The text, ending in a newline unless it is empty.
std::string Render(Format format, const Records& records, const Layout& layout = {});

// Columns as esxcli draws them: two spaces between, a dashed rule under the
// header, numbers and booleans to the right. On a screen that is too narrow, text
// goes on in the next line of its column. Nothing for an empty list.
std::string RenderTable(const Records& records, const Layout& layout = {});
// `   Name: value` lines, a blank line between items; what is wider than the screen
// goes on in the next line.
std::string RenderSimple(const Records& records, const Layout& layout = {});
// One object, or an array of objects for a list; absent values are null.
std::string RenderJson(const Records& records);
// RFC 4180 with a header row. Fields of inner structures are columns named
// `outer.inner`; a list is one cell, joined with `;`, or JSON if of structures.
std::string RenderCsv(const Records& records, const Layout& layout = {});
// `Type.field.type=value` lines, `Type[0].field...` in lists; absent values are
// left out; newline and backslash in a value are escaped as `\n` and `\\`.
std::string RenderKeyvalue(const Records& records);
// Typed structures; absent values are left out.
std::string RenderXml(const Records& records);
// YAML 1.2 that readers of 1.1 understand alike: one mapping, or a sequence of
// mappings for a list; absent values are null.
std::string RenderYaml(const Records& records);

}  // namespace hostctl::cli
