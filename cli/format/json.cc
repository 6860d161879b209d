// The json format: one object, or an array for a list, indented by two.
#include <string>

#include "cli/format/formatter.h"
#include "cli/format/json_value.h"

namespace hostctl::cli {

using nlohmann::ordered_json;

ordered_json ToJson(const Record& record) {
  if (!record.present) return nullptr;
  ordered_json object = ordered_json::object();
  for (const Field& field : record.fields) object[field.name] = ToJson(field.value);
  return object;
}

ordered_json ToJson(const Value& value) {
  return std::visit(
      [](const auto& v) -> ordered_json {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<T, List>) {
          ordered_json array = ordered_json::array();
          for (const Value& item : v) array.push_back(ToJson(item));
          return array;
        } else if constexpr (std::is_same_v<T, Record>) {
          return ToJson(v);
        } else {
          return v;
        }
      },
      value.data);
}

std::string DumpJson(const ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

std::string RenderJson(const Records& records) {
  ordered_json root;
  if (records.is_list) {
    root = ordered_json::array();
    for (const Record& record : records.items) root.push_back(ToJson(record));
  } else if (!records.items.empty()) {
    root = ToJson(records.items.front());
  }
  return DumpJson(root, 2) + "\n";
}

}  // namespace hostctl::cli
