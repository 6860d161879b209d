// The vocabulary of the firewall: rules, rulesets and what the user wants of
// them, and what it comes to. Values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace hostctl::firewall {

enum class Direction { kInbound, kOutbound };
enum class Protocol { kTcp, kUdp };
enum class PortType { kDst, kSrc };

// Packets in `direction` of `protocol` whose destination or source port lies in
// [port_begin, port_end].
struct Rule {
  Direction direction = Direction::kInbound;
  Protocol protocol = Protocol::kUdp;
  PortType port_type = PortType::kDst;
  uint16_t port_begin = 0;  // 1 to 65535
  uint16_t port_end = 0;    // port_begin to 65535

  bool operator==(const Rule& o) const {
    return direction == o.direction && protocol == o.protocol && port_type == o.port_type &&
           port_begin == o.port_begin && port_end == o.port_end;
  }
};

// A named group of rules that a service needs.
struct RulesetDefinition {
  std::string id;           // `ptpd`; see IsRulesetId()
  std::string description;  // one sentence for people
  std::vector<Rule> rules;  // at least one, no two the same
  bool enable_disable_configurable = true;
  bool allowed_ip_configurable = true;
  // The service that opens and closes it (`ptpd`): system-owned, and closed until
  // that service opens it. Empty: the user opens and closes it.
  std::string owner_service;
  std::string source;  // the file it comes from; empty: built in

  bool operator==(const RulesetDefinition& o) const {
    return id == o.id && description == o.description && rules == o.rules &&
           enable_disable_configurable == o.enable_disable_configurable &&
           allowed_ip_configurable == o.allowed_ip_configurable &&
           owner_service == o.owner_service && source == o.source;
  }
};

// What the user wants of one ruleset.
struct RulesetPolicy {
  bool enabled = false;   // open, or closed: its ports are dropped
  bool allow_all = true;  // else only `allowed_ips`; an empty list then drops everything
  // Canonical IPv4/IPv6 addresses or networks, see ParseAllowedIp().
  std::vector<std::string> allowed_ips;

  bool operator==(const RulesetPolicy& o) const {
    return enabled == o.enabled && allow_all == o.allow_all && allowed_ips == o.allowed_ips;
  }
};

enum class DefaultAction { kPass, kDrop };

// What the user wants of the whole firewall.
//
// `rulesets` holds what somebody has set. A ruleset that is not named here is
// unmanaged, that is, its packets follow the default action; only a system-owned
// one that is not named is closed.
struct Policy {
  bool enabled = true;  // false: every packet passes, our table is empty
  DefaultAction default_action = DefaultAction::kPass;
  std::map<std::string, RulesetPolicy> rulesets;

  bool operator==(const Policy& o) const {
    return enabled == o.enabled && default_action == o.default_action && rulesets == o.rulesets;
  }
};

// All that a firewall needs to know: which rulesets there are and what the user
// wants of them. What the policy says of a ruleset that is not defined (its site
// file is away, or broken) is ignored, so that it cannot keep the others from
// being in force.
struct Wanted {
  std::vector<RulesetDefinition> definitions;  // sorted by id, no id twice
  Policy policy;

  bool operator==(const Wanted& o) const {
    return definitions == o.definitions && policy == o.policy;
  }
};

struct PacketCount {
  uint64_t packets = 0;
  uint64_t bytes = 0;  // IP header and what follows it

  bool operator==(const PacketCount& o) const { return packets == o.packets && bytes == o.bytes; }
};

// What one rule has done since it was loaded.
struct RuleCount {
  // Empty for what no ruleset decided: the default action.
  std::string ruleset_id;
  // Of RulesetDefinition::rules; for the default action 0 is inbound, 1 outbound.
  size_t rule_index = 0;
  PacketCount passed;
  PacketCount dropped;

  bool operator==(const RuleCount& o) const {
    return ruleset_id == o.ruleset_id && rule_index == o.rule_index && passed == o.passed &&
           dropped == o.dropped;
  }
};

// A letter, then letters, digits, `-`, `_` and `.`, 63 at most.
bool IsRulesetId(const std::string& text);

// INVALID_ARGUMENT, naming the ruleset, where `definitions` are not as the comments
// above want them: ids, order, ports, no rule twice.
absl::Status CheckDefinitions(const std::vector<RulesetDefinition>& definitions);

// How a policy treats a ruleset that is defined.
enum class Treatment {
  kUnmanaged,   // nobody has set it: the default action decides
  kClosed,      // its packets are dropped
  kRestricted,  // only its allowed addresses pass; nobody, if there are none
  kOpen,        // its packets pass
};
Treatment TreatmentOf(const RulesetDefinition& ruleset, const Policy& policy);

// Whether packets of the ruleset pass, at least those of some address: what lists
// show as `Enabled`. Everything passes a firewall that is off.
bool Passes(const RulesetDefinition& ruleset, const Policy& policy);

}  // namespace hostctl::firewall
