// JSON in which every value knows the line it stands on, so that a mistake in a
// file that people write can be shown to them. The text is read by nlohmann's
// parser (RFC 8259, UTF-8); what it does not tell is added here.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "nlohmann/json.hpp"

namespace hostctl::firewall {

struct JsonNode {
  int line = 0;          // from 1
  nlohmann::json value;  // a scalar, or an empty array or object
  std::vector<JsonNode> items;
  std::vector<std::pair<std::string, JsonNode>> members;  // as written, no name twice

  // nullptr if there is none.
  const JsonNode* Find(const std::string& name) const;
};

struct JsonMistake {
  int line = 0;
  std::string reason;
};

// Refuses what is no JSON, a member that is given twice in one object and nesting
// deeper than kMaxJsonDepth.
std::variant<JsonNode, JsonMistake> ParseJsonLines(const std::string& text);

inline constexpr size_t kMaxJsonDepth = 16;

}  // namespace hostctl::firewall
