// Typed records: what commands produce and formatters render. Values only.
//
//   Record vmk0{"Interface", {{"name", "vmk0"}, {"mtu", 1500u}, {"allowed_ips",
//   List{"192.0.2.1"}}}};
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hostctl::cli {

struct Field;
struct Value;
using List = std::vector<Value>;

// A structure with ordered, named fields.
struct Record {
  Record() = default;
  Record(std::string type_name, std::vector<Field> record_fields);

  std::string type;     // name of the structure, for formats that show it: `PtpStats`
  std::string heading;  // shown above the fields by the simple format; may be empty
  bool present = true;  // false: there is no such structure; its fields tell only the shape
  std::vector<Field> fields;
};

// What a value tells a person at a glance; shown as a colour on a terminal.
enum class Meaning { kNone, kGood, kWarning, kBad };

// std::monostate means absent: null, an empty cell.
struct Value {
  using Data =
      std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, List, Record>;

  Value() = default;
  Value(bool v) : data(v) {}
  Value(int32_t v) : data(static_cast<int64_t>(v)) {}
  Value(uint32_t v) : data(static_cast<uint64_t>(v)) {}
  Value(int64_t v) : data(v) {}
  Value(uint64_t v) : data(v) {}
  Value(double v) : data(v) {}
  Value(const char* v) : data(std::string(v)) {}
  Value(std::string v) : data(std::move(v)) {}
  Value(List v) : data(std::move(v)) {}
  Value(Record v) : data(std::move(v)) {}

  bool absent() const { return std::holds_alternative<std::monostate>(data); }
  const List* list() const { return std::get_if<List>(&data); }
  const Record* record() const { return std::get_if<Record>(&data); }
  // The same value with a meaning: `Value("SLAVE").Means(Meaning::kGood)`.
  Value Means(Meaning what) const {
    Value copy = *this;
    copy.meaning = what;
    return copy;
  }

  Data data;
  Meaning meaning = Meaning::kNone;
};

struct Field {
  std::string name;
  Value value;
};

inline Record::Record(std::string type_name, std::vector<Field> record_fields)
    : type(std::move(type_name)), fields(std::move(record_fields)) {}

// The answer of one command: one structure, or a list of structures alike.
struct Records {
  bool is_list = false;
  std::vector<Record> items;
  // The shape of an item, for headers when `items` is empty.
  std::optional<Record> shape;
};

// A scalar as text: `true`, `-5`, the shortest decimal that reads back to the
// same double, the string itself; empty when absent. Lists are joined with
// `, `; of a structure the heading is shown.
std::string Text(const Value& value);

// Name of a value's type in keyvalue and xml: `string`, `boolean`, `integer`,
// `unsigned`, `double`; empty for absent values, lists and structures.
std::string TypeName(const Value& value);

}  // namespace hostctl::cli
