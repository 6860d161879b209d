#include "cli/format/select_fields.h"

#include <cctype>

namespace hostctl::cli {
namespace {

std::string Folded(const std::string& name) {
  std::string folded;
  for (const char c : name) {
    if (c == ' ' || c == '-' || c == '_') continue;
    folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return folded;
}

const Field* FindField(const Record& record, const std::string& name) {
  for (const Field& field : record.fields) {
    if (Folded(field.name) == Folded(name)) return &field;
  }
  return nullptr;
}

// The field at `outer.inner`, under that name; null if there is none, with the
// deepest structure that was understood in `*within` and its path in `*prefix`.
const Field* Find(const Record& record, const std::string& path, const Record** within,
                  std::string* prefix) {
  *within = &record;
  if (const Field* field = FindField(record, path)) return field;
  const size_t dot = path.find('.');
  if (dot == std::string::npos) return nullptr;
  const Field* outer = FindField(record, path.substr(0, dot));
  if (outer == nullptr || outer->value.record() == nullptr) return nullptr;
  *prefix += outer->name + ".";
  return Find(*outer->value.record(), path.substr(dot + 1), within, prefix);
}

// Of an inner structure that is not there: the fields are there, and absent.
Value ValueOf(const Record& item, const Field& field) {
  return item.present ? field.value : Value();
}

}  // namespace

Selection SelectFields(const Records& records, const std::vector<std::string>& names) {
  Selection selection;
  selection.records.is_list = records.is_list;
  const auto select = [&](const Record& item) {
    Record chosen(item.type, {});
    chosen.heading = item.heading;
    chosen.present = item.present;
    for (const std::string& name : names) {
      const Record* within = nullptr;
      std::string prefix;
      const Field* field = Find(item, name, &within, &prefix);
      if (field != nullptr) {
        chosen.fields.push_back({prefix + field->name, ValueOf(*within, *field)});
      } else if (selection.unknown.empty()) {
        selection.unknown = name;
        for (const Field& known : within->fields) selection.known.push_back(prefix + known.name);
      }
    }
    return chosen;
  };
  for (const Record& item : records.items) selection.records.items.push_back(select(item));
  if (records.shape) selection.records.shape = select(*records.shape);
  return selection;
}

}  // namespace hostctl::cli
