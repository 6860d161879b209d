// The output formats and their names. Each is one file beside this one; all are
// pure functions from records to text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/format/record.h"

namespace hostctl::cli {

enum class Format { kTable, kSimple, kJson, kCsv, kKeyvalue, kXml };

// `table`, `simple`, `json`, `csv`, `keyvalue`, `xml`, in the order of Format.
std::vector<std::string> FormatNames();
// Nothing for a name that is none of FormatNames().
std::optional<Format> FormatByName(const std::string& name);
// Whether programs read it: then it gets typed raw fields, else labels for people.
bool IsMachineFormat(Format format);
// The text, ending in a newline unless it is empty.
std::string Render(Format format, const Records& records);

// Columns as esxcli draws them: two spaces between, a dashed rule under the
// header, numbers and booleans to the right. Nothing for an empty list.
std::string RenderTable(const Records& records);
// `   Name: value` lines, a blank line between items.
std::string RenderSimple(const Records& records);
// One object, or an array of objects for a list; absent values are null.
std::string RenderJson(const Records& records);
// RFC 4180 with a header row. Fields of inner structures are columns named
// `outer.inner`; a list is one cell, joined with `;`, or JSON if of structures.
std::string RenderCsv(const Records& records);
// `Type.field.type=value` lines, `Type[0].field...` in lists; absent values are
// left out; newline and backslash in a value are escaped as `\n` and `\\`.
std::string RenderKeyvalue(const Records& records);
// Typed structures; absent values are left out.
std::string RenderXml(const Records& records);

}  // namespace hostctl::cli
