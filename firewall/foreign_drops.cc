#include "firewall/foreign_drops.h"

#include <algorithm>
#include <map>
#include <optional>

namespace hostctl::firewall {
namespace {

using nlohmann::json;

constexpr int kDeepestJump = 16;  // NFT_JUMP_STACK_SIZE of the kernel

struct Packet {
  Protocol protocol = Protocol::kUdp;
  uint16_t port = 0;  // destination
};

struct Chain {
  std::vector<json> rules;  // their expressions
};

enum class Met { kYes, kNo, kUnknown };

// Where a packet ends: passed on where nothing is set.
struct Fate {
  bool decided = false;
  bool dropped = false;
  std::string chain;
};

std::string ProtocolName(const Packet& packet) {
  return packet.protocol == Protocol::kUdp ? "udp" : "tcp";
}

// A member of `object`; null where there is none.
json MemberOf(const json& object, const char* member) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(member);
  return found == object.end() ? json() : *found;
}

// A member of `object` as text; empty where there is none.
std::string TextOf(const json& object, const char* member) {
  const json found = MemberOf(object, member);
  return found.is_string() ? found.get<std::string>() : "";
}

// Whether `right` (a value, a range, a set or a list of those) holds `value`.
Met Holds(const json& right, const json& value) {
  if (right.is_object()) {
    if (right.contains("set")) return Holds(right["set"], value);
    if (right.contains("elem")) return Holds(MemberOf(right["elem"], "val"), value);
    if (!right.contains("range") || !value.is_number()) return Met::kUnknown;
    const json& range = right["range"];
    if (!range.is_array() || range.size() != 2 || !range[0].is_number() || !range[1].is_number()) {
      return Met::kUnknown;
    }
    return value >= range[0] && value <= range[1] ? Met::kYes : Met::kNo;
  }
  if (right.is_array()) {
    Met met = Met::kNo;
    for (const json& item : right) {
      const Met one = Holds(item, value);
      if (one == Met::kYes) return one;
      if (one == Met::kUnknown) met = one;
    }
    return met;
  }
  if (right.is_string() && !right.get<std::string>().empty() &&
      right.get<std::string>().front() == '@') {
    return Met::kUnknown;  // a named set
  }
  return right == value ? Met::kYes : Met::kNo;
}

Met Negated(Met met) {
  if (met == Met::kUnknown) return met;
  return met == Met::kYes ? Met::kNo : Met::kYes;
}

// The answer of one condition; sets `names_port` where it is about the packet's port.
Met Evaluate(const json& match, const Packet& packet, bool& names_port) {
  const json left = MemberOf(match, "left");
  const json right = MemberOf(match, "right");
  Met met = Met::kUnknown;
  if (left.is_object() && left.contains("payload")) {
    const std::string protocol = TextOf(left["payload"], "protocol");
    const std::string field = TextOf(left["payload"], "field");
    if (field == "dport" && (protocol == ProtocolName(packet) || protocol == "th")) {
      met = Holds(right, packet.port);
      names_port = names_port || met == Met::kYes;
    } else if (protocol == "udp" || protocol == "tcp") {
      met = protocol == ProtocolName(packet) ? Met::kUnknown : Met::kNo;
    } else if (protocol == "ip" && field == "protocol") {
      met = Holds(right, ProtocolName(packet));
    } else if (protocol == "ip6" || protocol == "icmp" || protocol == "icmpv6") {
      met = Met::kNo;
    }
  } else if (left.is_object() && left.contains("meta")) {
    const std::string key = TextOf(left["meta"], "key");
    if (key == "l4proto") met = Holds(right, ProtocolName(packet));
    if (key == "nfproto") met = Holds(right, "ipv4");
    if (key == "iif" || key == "iifname" || key == "oif" || key == "oifname") {
      met = right == "lo" ? Met::kNo : Met::kUnknown;
    }
  } else if (left.is_object() && left.contains("ct") && TextOf(left["ct"], "key") == "state") {
    met = Holds(right, "new");
  }
  return TextOf(match, "op") == "!=" ? Negated(met) : met;
}

// What a rule does with the packet: the expression of its verdict, null where it is not met.
json VerdictOf(const json& expressions, const Packet& packet) {
  bool names_port = false;
  bool unknown = false;
  json verdict;
  for (const json& expression : expressions) {
    if (!expression.is_object()) continue;
    if (expression.contains("match")) {
      const Met met = Evaluate(expression["match"], packet, names_port);
      if (met == Met::kNo) return nullptr;
      unknown = unknown || met == Met::kUnknown;
    } else if (expression.contains("xt") || expression.contains("vmap") ||
               expression.contains("limit")) {
      unknown = true;
    }
    for (const char* word : {"accept", "drop", "reject", "jump", "goto", "return"}) {
      if (expression.contains(word)) verdict = expression;
    }
  }
  return unknown && !names_port ? json() : verdict;
}

class Walk {
 public:
  Walk(const std::map<std::string, Chain>& chains, const Packet& packet)
      : chains_(chains), packet_(packet) {}

  Fate Through(const std::string& name, int depth = 0) const {
    const auto chain = chains_.find(name);
    if (chain == chains_.end() || depth > kDeepestJump) return {};
    for (const json& expressions : chain->second.rules) {
      const json verdict = VerdictOf(expressions, packet_);
      if (verdict.is_null()) continue;
      if (verdict.contains("accept")) return {true, false, name};
      if (verdict.contains("drop") || verdict.contains("reject")) return {true, true, name};
      if (verdict.contains("return")) return {};
      const bool comes_back = verdict.contains("jump");
      const Fate fate =
          Through(TextOf(comes_back ? verdict["jump"] : verdict["goto"], "target"), depth + 1);
      if (fate.decided || !comes_back) return fate;
    }
    return {};
  }

 private:
  const std::map<std::string, Chain>& chains_;
  const Packet& packet_;
};

struct BaseChain {
  std::string name;
  Direction direction = Direction::kInbound;
  bool drops = false;  // its policy
};

struct Table {
  std::string owner;
  std::map<std::string, Chain> chains;
  std::vector<BaseChain> base_chains;
};

Table Read(const json& listing) {
  Table table;
  if (!listing.is_object() || !listing.contains("nftables")) return table;
  bool ufw = false;
  for (const json& item : listing["nftables"]) {
    if (!item.is_object()) continue;
    if (item.contains("chain")) {
      const json& chain = item["chain"];
      const std::string name = TextOf(chain, "name");
      const std::string hook = TextOf(chain, "hook");
      table.owner = "the table " + TextOf(chain, "family") + " " + TextOf(chain, "table");
      ufw = ufw || name.rfind("ufw-", 0) == 0;
      table.chains[name];
      if (hook == "input" || hook == "output") {
        table.base_chains.push_back({name,
                                     hook == "input" ? Direction::kInbound : Direction::kOutbound,
                                     TextOf(chain, "policy") == "drop"});
      }
    } else if (item.contains("rule")) {
      const json& rule = item["rule"];
      if (rule.is_object() && rule.contains("expr") && rule["expr"].is_array()) {
        table.chains[TextOf(rule, "chain")].rules.push_back(rule["expr"]);
      }
    }
  }
  if (ufw) table.owner = "ufw";
  return table;
}

bool IsOpen(const RulesetDefinition& definition, const Policy& policy) {
  const auto set = policy.rulesets.find(definition.id);
  return set != policy.rulesets.end() && set->second.enabled;
}

}  // namespace

std::vector<ForeignDrop> ForeignDropsIn(const json& listing, const Wanted& wanted) {
  const Table table = Read(listing);
  std::vector<ForeignDrop> drops;
  for (const RulesetDefinition& definition : wanted.definitions) {
    if (!IsOpen(definition, wanted.policy)) continue;
    for (const Rule& rule : definition.rules) {
      if (rule.port_type != PortType::kDst) continue;
      for (const BaseChain& base : table.base_chains) {
        if (base.direction != rule.direction) continue;
        for (const uint16_t port : {rule.port_begin, rule.port_end}) {
          const Packet packet{rule.protocol, port};
          const Fate fate = Walk(table.chains, packet).Through(base.name);
          const bool by_policy = !fate.decided && base.drops;
          if (!fate.dropped && !by_policy) continue;
          drops.push_back(
              {definition.id, rule, table.owner, by_policy ? base.name : fate.chain, by_policy});
          break;
        }
      }
    }
  }
  return drops;
}

}  // namespace hostctl::firewall
