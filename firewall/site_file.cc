#include "firewall/site_file.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "firewall/json_lines.h"

namespace hostctl::firewall {
namespace {

constexpr size_t kLongestDescription = 200;

// A value as the file says it, cut short.
std::string Shown(const nlohmann::json& value) {
  const std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true);
  return text.size() <= 40 ? text : text.substr(0, 40) + "...";
}

class Reader {
 public:
  explicit Reader(const std::string& source) : source_(source) {}

  SiteFile Read(const JsonNode& root) {
    if (!IsObject(root, "the file", {"$schema", "rulesets"})) return std::move(file_);
    if (const JsonNode* schema = root.Find("$schema"); schema != nullptr) {
      if (!schema->value.is_string()) Mistake(*schema, "\"$schema\" is no text");
    }
    for (const JsonNode& node : List(root, "the file", "rulesets")) ReadRuleset(node);
    return std::move(file_);
  }

 private:
  void Mistake(const JsonNode& node, const std::string& reason) {
    file_.mistakes.push_back({node.line, reason});
  }

  // That it is an object, and has no members but `known`.
  bool IsObject(const JsonNode& node, const std::string& what,
                const std::vector<std::string>& known) {
    if (!node.value.is_object()) {
      Mistake(node, absl::StrCat(what, " is ", Shown(node.value), ", must be an object {...}"));
      return false;
    }
    for (const auto& [name, member] : node.members) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      Mistake(member, absl::StrCat(what, " has an unknown member ", Shown(name), "; known are ",
                                   absl::StrJoin(known, ", ")));
    }
    return true;
  }

  const JsonNode* Required(const JsonNode& object, const std::string& what,
                           const std::string& name) {
    const JsonNode* const found = object.Find(name);
    if (found == nullptr) Mistake(object, absl::StrCat(what, " has no \"", name, "\""));
    return found;
  }

  // The items of a list that must be there and not be empty.
  const std::vector<JsonNode>& List(const JsonNode& object, const std::string& what,
                                    const std::string& name) {
    static const std::vector<JsonNode> kNone;
    const JsonNode* const list = Required(object, what, name);
    if (list == nullptr) return kNone;
    if (!list->value.is_array() || list->items.empty()) {
      Mistake(*list, absl::StrCat("\"", name, "\" must be a list [...] of at least one"));
    }
    return list->items;
  }

  // The index of a text among `words`; nothing, and a mistake, if it is none of them.
  std::optional<size_t> Word(const JsonNode& node, const std::string& name,
                             const std::vector<std::string>& words) {
    const auto found = node.value.is_string() ? std::find(words.begin(), words.end(),
                                                          node.value.get_ref<const std::string&>())
                                              : words.end();
    if (found == words.end()) {
      Mistake(node, absl::StrCat("\"", name, "\" is ", Shown(node.value), ", must be \"",
                                 absl::StrJoin(words, "\" or \""), "\""));
      return std::nullopt;
    }
    return static_cast<size_t>(found - words.begin());
  }

  uint16_t Port(const JsonNode& node, const std::string& name) {
    const bool valid = node.value.is_number_unsigned() && node.value.get<uint64_t>() >= 1 &&
                       node.value.get<uint64_t>() <= 65535;
    if (valid) return static_cast<uint16_t>(node.value.get<uint64_t>());
    Mistake(node, absl::StrCat("\"", name, "\" is ", Shown(node.value),
                               ", must be a whole number from 1 to 65535"));
    return 0;
  }

  void ReadPorts(const JsonNode& object, Rule& rule) {
    const JsonNode* const port = object.Find("port");
    const JsonNode* const begin = object.Find("port_begin");
    const JsonNode* const end = object.Find("port_end");
    if (port != nullptr ? begin != nullptr || end != nullptr : begin == nullptr || end == nullptr) {
      Mistake(object, "a rule has either \"port\", or \"port_begin\" and \"port_end\"");
      return;
    }
    if (port != nullptr) {
      rule.port_begin = rule.port_end = Port(*port, "port");
      return;
    }
    rule.port_begin = Port(*begin, "port_begin");
    rule.port_end = Port(*end, "port_end");
    if (rule.port_begin > rule.port_end && rule.port_end != 0) {
      Mistake(*end, absl::StrCat("\"port_end\" ", rule.port_end, " is less than \"port_begin\" ",
                                 rule.port_begin));
    }
  }

  Rule ReadRule(const JsonNode& node) {
    Rule rule;
    if (!IsObject(node, "a rule",
                  {"direction", "protocol", "port_type", "port", "port_begin", "port_end"})) {
      return rule;
    }
    if (const JsonNode* direction = Required(node, "a rule", "direction"); direction != nullptr) {
      const auto word = Word(*direction, "direction", {"inbound", "outbound"});
      rule.direction = word == 1U ? Direction::kOutbound : Direction::kInbound;
    }
    if (const JsonNode* protocol = Required(node, "a rule", "protocol"); protocol != nullptr) {
      const auto word = Word(*protocol, "protocol", {"tcp", "udp"});
      rule.protocol = word == 1U ? Protocol::kUdp : Protocol::kTcp;
    }
    if (const JsonNode* type = node.Find("port_type"); type != nullptr) {
      const auto word = Word(*type, "port_type", {"dst", "src"});
      rule.port_type = word == 1U ? PortType::kSrc : PortType::kDst;
    }
    ReadPorts(node, rule);
    return rule;
  }

  void ReadRules(const JsonNode& object, RulesetDefinition& definition) {
    for (const JsonNode& node : List(object, "a ruleset", "rules")) {
      const size_t mistakes = file_.mistakes.size();
      const Rule rule = ReadRule(node);
      if (file_.mistakes.size() != mistakes) continue;
      if (std::find(definition.rules.begin(), definition.rules.end(), rule) !=
          definition.rules.end()) {
        Mistake(node, absl::StrCat("ruleset \"", definition.id, "\" has this rule twice"));
      }
      definition.rules.push_back(rule);
    }
  }

  void ReadRuleset(const JsonNode& node) {
    if (!IsObject(node, "a ruleset", {"id", "description", "rules"})) return;
    RulesetDefinition definition;
    definition.source = source_;
    if (const JsonNode* id = Required(node, "a ruleset", "id"); id != nullptr) {
      if (id->value.is_string()) definition.id = id->value.get<std::string>();
      if (!IsRulesetId(definition.id)) {
        Mistake(*id,
                absl::StrCat(
                    "\"id\" is ", Shown(id->value),
                    ", must be a letter and then letters, digits, '-', '_' or '.', 63 at most"));
      }
    }
    if (const JsonNode* text = Required(node, "a ruleset", "description"); text != nullptr) {
      if (text->value.is_string()) definition.description = text->value.get<std::string>();
      const std::string& words = definition.description;
      if (words.empty() || words.size() > kLongestDescription ||
          std::any_of(words.begin(), words.end(), [](unsigned char c) { return c < 0x20; })) {
        Mistake(*text, absl::StrCat("\"description\" is ", Shown(text->value),
                                    ", must be one line of 1 to ", kLongestDescription, " bytes"));
      }
    }
    ReadRules(node, definition);
    file_.rulesets.push_back({std::move(definition), node.line});
  }

  const std::string& source_;
  SiteFile file_;
};

}  // namespace

SiteFile ParseSiteFile(const std::string& source, const std::string& text) {
  const auto parsed = ParseJsonLines(text);
  if (const auto* mistake = std::get_if<JsonMistake>(&parsed); mistake != nullptr) {
    return {{}, {{mistake->line, mistake->reason}}};
  }
  return Reader(source).Read(std::get<JsonNode>(parsed));
}

}  // namespace hostctl::firewall
