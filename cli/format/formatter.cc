#include "cli/format/formatter.h"

#include <algorithm>

namespace hostctl::cli {

std::vector<std::string> FormatNames() {
  return {"table", "simple", "json", "csv", "keyvalue", "xml", "yaml"};
}

std::optional<Format> FormatByName(const std::string& name) {
  const std::vector<std::string> names = FormatNames();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Format>(found - names.begin());
}

bool IsMachineFormat(Format format) {
  return format != Format::kTable && format != Format::kSimple;
}

std::string Render(Format format, const Records& records, const Layout& layout) {
  switch (format) {
    case Format::kTable:
      return RenderTable(records, layout);
    case Format::kSimple:
      return RenderSimple(records, layout);
    case Format::kJson:
      return RenderJson(records);
    case Format::kCsv:
      return RenderCsv(records, layout);
    case Format::kKeyvalue:
      return RenderKeyvalue(records);
    case Format::kXml:
      return RenderXml(records);
    case Format::kYaml:
      return RenderYaml(records);
  }
  return "";
}

}  // namespace hostctl::cli
