// A record as a JSON value, shared by the json and csv formats.
#pragma once

#include "cli/format/record.h"
#include "nlohmann/json.hpp"

namespace hostctl::cli {

// Fields keep their order; absent values and structures are null.
nlohmann::ordered_json ToJson(const Value& value);
nlohmann::ordered_json ToJson(const Record& record);

// The text; bytes that are not UTF-8 are replaced, never thrown over.
std::string DumpJson(const nlohmann::ordered_json& json, int indent);

}  // namespace hostctl::cli
