// Builds the rules chain by chain. The rulesets come first and the default
// action last, so that a closed ruleset is closed also to established flows.
#include "firewall/nft_document.h"

#include <sys/socket.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "firewall/allowed_ip.h"

namespace hostctl::firewall {
namespace {

using nlohmann::json;

constexpr char kInput[] = "input";
constexpr char kOutput[] = "output";
// Just before the chains of others at priority 0, so that our counters also see
// what those would drop.
constexpr int kPriority = -10;

const char* ChainOf(Direction direction) {
  return direction == Direction::kInbound ? kInput : kOutput;
}

// The far end's address: where it comes from, or where it goes to.
const char* PeerAddressField(Direction direction) {
  return direction == Direction::kInbound ? "saddr" : "daddr";
}

// `object` with the names that place it in our table.
json InTable(json object) {
  object["family"] = kTableFamily;
  object["table"] = kTableName;
  return object;
}

json Add(const char* kind, json object) {
  return {{"add", {{kind, InTable(std::move(object))}}}};
}

json Equal(json left, json right) {
  return {{"match", {{"op", "=="}, {"left", std::move(left)}, {"right", std::move(right)}}}};
}

json Payload(const char* protocol, const char* field) {
  return {{"payload", {{"protocol", protocol}, {"field", field}}}};
}

json PrefixOf(const std::string& address, int length) {
  return {{"prefix", {{"addr", address}, {"len", length}}}};
}

json Accept() {
  return {{"accept", nullptr}};
}

json AddRule(const char* chain, json::array_t expressions) {
  return Add("rule", {{"chain", chain}, {"expr", std::move(expressions)}});
}

// Counts and drops what `matches` names; `comment` says who did it.
json AddDropRule(const char* chain, json::array_t matches, const std::string& comment) {
  matches.push_back({{"counter", nullptr}});
  matches.push_back({{"drop", nullptr}});
  return Add("rule", {{"chain", chain}, {"expr", std::move(matches)}, {"comment", comment}});
}

json AddChain(const char* name) {
  return Add("chain", {{"name", name},
                       {"type", "filter"},
                       {"hook", name},
                       {"prio", kPriority},
                       {"policy", "accept"}});
}

json MatchPorts(const Rule& rule) {
  json ports = rule.port_begin;
  if (rule.port_end != rule.port_begin) ports = {{"range", {rule.port_begin, rule.port_end}}};
  return Equal(Payload(rule.protocol == Protocol::kUdp ? "udp" : "tcp",
                       rule.port_type == PortType::kDst ? "dport" : "sport"),
               ports);
}

// Parses, and leaves out what another entry contains already: the kernel refuses
// a set whose intervals overlap.
absl::StatusOr<std::vector<IpNetwork>> Networks(const std::vector<std::string>& texts) {
  std::vector<IpNetwork> all;
  for (const std::string& text : texts) {
    absl::StatusOr<IpNetwork> network = ParseIpNetwork(text);
    if (!network.ok()) return network.status();
    all.push_back(*network);
  }
  // A network sorts directly before all it contains.
  std::sort(all.begin(), all.end(), [](const IpNetwork& a, const IpNetwork& b) {
    return std::tie(a.family, a.address, a.prefix_length) <
           std::tie(b.family, b.address, b.prefix_length);
  });
  std::vector<IpNetwork> kept;
  for (const IpNetwork& network : all) {
    if (kept.empty() || !kept.back().Contains(network)) kept.push_back(network);
  }
  return kept;
}

// Adds the set of one address family, if it has elements, and says whether it has.
bool AppendSet(const std::vector<IpNetwork>& networks, int family, const char* type,
               const std::string& name, json::array_t& commands) {
  json::array_t elements;
  for (const IpNetwork& network : networks) {
    if (network.family != family) continue;
    const std::string address = network.AddressText();
    elements.push_back(network.is_single_address() ? json(address)
                                                   : PrefixOf(address, network.prefix_length));
  }
  if (elements.empty()) return false;
  commands.push_back(Add(
      "set",
      {{"name", name}, {"type", type}, {"flags", {"interval"}}, {"elem", std::move(elements)}}));
  return true;
}

void AppendClosed(const RulesetDefinition& ruleset, json::array_t& commands) {
  for (const Rule& rule : ruleset.rules) {
    commands.push_back(
        AddDropRule(ChainOf(rule.direction), {MatchPorts(rule)}, ClosedComment(ruleset.id)));
  }
}

void AppendOpen(const RulesetDefinition& ruleset, json::array_t& commands) {
  for (const Rule& rule : ruleset.rules) {
    commands.push_back(AddRule(ChainOf(rule.direction), {MatchPorts(rule), Accept()}));
  }
}

absl::Status AppendRestricted(const RulesetDefinition& ruleset,
                              const std::vector<std::string>& allowed_ips,
                              json::array_t& commands) {
  const absl::StatusOr<std::vector<IpNetwork>> networks = Networks(allowed_ips);
  if (!networks.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("ruleset '", ruleset.id, "': ", std::string(networks.status().message())));
  }
  const std::string ip4 = absl::StrCat(ruleset.id, "_ip4");
  const std::string ip6 = absl::StrCat(ruleset.id, "_ip6");
  const bool has_ip4 = AppendSet(*networks, AF_INET, "ipv4_addr", ip4, commands);
  const bool has_ip6 = AppendSet(*networks, AF_INET6, "ipv6_addr", ip6, commands);

  for (const Rule& rule : ruleset.rules) {
    const char* const chain = ChainOf(rule.direction);
    const char* const field = PeerAddressField(rule.direction);
    const json ports = MatchPorts(rule);
    const auto accept_peers = [&](const char* protocol, const json& addresses) {
      commands.push_back(
          AddRule(chain, {ports, Equal(Payload(protocol, field), addresses), Accept()}));
    };
    if (has_ip4) accept_peers("ip", absl::StrCat("@", ip4));
    if (has_ip6) accept_peers("ip6", absl::StrCat("@", ip6));
    // A group is nobody's address: what we send to allowed peers by multicast
    // has to pass. With no peer allowed there is nobody to send to.
    if (rule.direction == Direction::kOutbound && !networks->empty()) {
      accept_peers("ip", PrefixOf("224.0.0.0", 4));
      accept_peers("ip6", PrefixOf("ff00::", 8));
    }
    commands.push_back(AddDropRule(chain, {ports}, NotAllowedComment(ruleset.id)));
  }
  return absl::OkStatus();
}

// The traffic without which a host loses its links: itself, answers, errors and
// path MTU, neighbours and group membership (RFC 4890 4.4.1), its own lease.
//
// Connection tracking costs every packet of the host something; it is asked for
// here only, so a host whose default action is PASS does not pay.
void AppendEssentials(Direction direction, json::array_t& commands) {
  const bool inbound = direction == Direction::kInbound;
  const auto accept = [&](json::array_t matches) {
    matches.push_back(Accept());
    commands.push_back(AddRule(ChainOf(direction), std::move(matches)));
  };
  accept({Equal({{"meta", {{"key", inbound ? "iifname" : "oifname"}}}}, "lo")});
  accept({{{"match",
            {{"op", "in"},
             {"left", {{"ct", {{"key", "state"}}}}},
             {"right", {"established", "related"}}}}}});
  accept({Equal(Payload("icmp", "type"), {{"set",
                                           {"echo-request", "echo-reply", "destination-unreachable",
                                            "time-exceeded", "parameter-problem"}}})});
  accept({Equal(Payload("icmpv6", "type"),
                {{"set",
                  {"echo-request", "echo-reply", "destination-unreachable", "packet-too-big",
                   "time-exceeded", "parameter-problem", "nd-router-solicit", "nd-router-advert",
                   "nd-neighbor-solicit", "nd-neighbor-advert", "mld-listener-query",
                   "mld-listener-report", "mld-listener-done", "mld2-listener-report"}}})});
  // IGMP by its number: its name needs /etc/protocols, which a small host lacks.
  accept({Equal({{"meta", {{"key", "l4proto"}}}}, 2)});
  // DHCP and DHCPv6 as a client: {server port, client port}.
  for (const auto& [server, client] : {std::pair{67, 68}, std::pair{547, 546}}) {
    accept({Equal(Payload("udp", "sport"), inbound ? server : client),
            Equal(Payload("udp", "dport"), inbound ? client : server)});
  }
}

absl::Status AppendRuleset(const RulesetDefinition& ruleset, const Policy& policy,
                           json::array_t& commands) {
  switch (TreatmentOf(ruleset, policy)) {
    case Treatment::kUnmanaged:
      break;
    case Treatment::kClosed:
      AppendClosed(ruleset, commands);
      break;
    case Treatment::kRestricted:
      return AppendRestricted(ruleset, policy.rulesets.at(ruleset.id).allowed_ips, commands);
    case Treatment::kOpen:
      AppendOpen(ruleset, commands);
      break;
  }
  return absl::OkStatus();
}

bool IsVersion(const json& entry) {
  return entry.is_object() && entry.contains("metainfo");
}

}  // namespace

std::string ClosedComment(const std::string& ruleset_id) {
  return absl::StrCat("ruleset ", ruleset_id, ": closed");
}

std::string NotAllowedComment(const std::string& ruleset_id) {
  return absl::StrCat("ruleset ", ruleset_id, ": address not allowed");
}

absl::StatusOr<json> MakeDocument(const Wanted& wanted) {
  const Policy& policy = wanted.policy;

  // Adding what exists is no error and deleting what does not exist is one, so:
  // add, delete, add, all in the same transaction.
  const json table = {{"table", {{"family", kTableFamily}, {"name", kTableName}}}};
  json::array_t commands = {{{"metainfo", {{"json_schema_version", 1}}}},
                            {{"add", table}},
                            {{"delete", table}},
                            {{"add", table}}};
  if (policy.enabled) {
    commands.push_back(AddChain(kInput));
    commands.push_back(AddChain(kOutput));
  }
  for (const RulesetDefinition& ruleset : wanted.definitions) {
    // Built also for a firewall that is off: a bad address is refused now, not
    // on the day it is turned on.
    json::array_t rules;
    absl::Status built = AppendRuleset(ruleset, policy, rules);
    if (!built.ok()) return built;
    if (policy.enabled) commands.insert(commands.end(), rules.begin(), rules.end());
  }
  if (policy.enabled && policy.default_action == DefaultAction::kDrop) {
    for (const Direction direction : {Direction::kInbound, Direction::kOutbound}) {
      AppendEssentials(direction, commands);
      commands.push_back(AddDropRule(ChainOf(direction), {}, kDefaultActionComment));
    }
  }
  return json{{"nftables", std::move(commands)}};
}

json Normalize(const json& listing) {
  json result = listing;
  if (result.is_object()) {
    result.erase("handle");
    // A counter within a rule, or a named one; a quota's limit is no counter.
    if (result.contains("packets") && result.contains("bytes")) {
      result["packets"] = 0;
      result["bytes"] = 0;
    }
  }
  if (result.is_array()) {
    result.erase(std::remove_if(result.begin(), result.end(), IsVersion), result.end());
  }
  if (result.is_structured()) {
    for (json& member : result) member = Normalize(member);
  }
  return result;
}

}  // namespace hostctl::firewall
