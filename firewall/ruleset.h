// The vocabulary of the firewall: rules, rulesets and what the user wants of
// them. Values only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

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
  uint16_t port_begin = 0;
  uint16_t port_end = 0;
};

// A named group of rules that a service needs.
struct RulesetDefinition {
  std::string id;           // `ptpd`
  std::string description;  // one sentence for people
  std::vector<Rule> rules;
  bool enable_disable_configurable = true;
  bool allowed_ip_configurable = true;
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

// What the user wants of the whole firewall. A ruleset of the catalogue that is
// not named here is closed.
struct Policy {
  bool enabled = true;  // false: every packet passes, our table is empty
  DefaultAction default_action = DefaultAction::kPass;
  std::map<std::string, RulesetPolicy> rulesets;

  bool operator==(const Policy& o) const {
    return enabled == o.enabled && default_action == o.default_action && rulesets == o.rulesets;
  }
};

}  // namespace hostctl::firewall
