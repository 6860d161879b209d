#include "firewall/nft_document.h"

#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "firewall/allowed_ip.h"
#include "firewall/nft_essentials.h"
#include "firewall/nft_json.h"
#include "firewall/nft_names.h"
#include "firewall/port_groups.h"

namespace hostctl::firewall {
namespace {

using nlohmann::json;

// Just before the chains of others at priority 0, so that our counters also see
// what those would drop.
constexpr int kPriority = -10;

void Append(json::array_t from, json::array_t& to) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

// The far end's address: where it comes from, or where it goes to.
const char* PeerAddressField(Direction direction) {
  return direction == Direction::kInbound ? "saddr" : "daddr";
}

// Ranges of more ports than these are compared with one by one; the ports of the
// others stand in a map.
constexpr int kMostPortsInMap = 256;

// Allowed addresses of one family and prefix length.
struct Peers {
  std::string protocol;  // `ip`, `ip6`
  std::string mask;      // an address; empty: single addresses
  std::string set;       // with its @; empty: everyone
};

// `255.255.255.0` for 24 bits of IPv4.
std::string MaskText(int family, int length) {
  IpNetwork mask;
  mask.family = family;
  for (int bit = 0; bit < length; ++bit) {
    uint8_t& byte = mask.address[static_cast<size_t>(bit / 8)];
    byte = static_cast<uint8_t>(byte | 0x80U >> static_cast<unsigned>(bit % 8));
  }
  return mask.AddressText();
}

json IsPeer(const Peers& peers, Direction direction) {
  if (peers.set.empty()) return Equal(Meta("nfproto"), peers.protocol == "ip" ? "ipv4" : "ipv6");
  const json address = Payload(peers.protocol, PeerAddressField(direction));
  if (peers.mask.empty()) return Equal(address, peers.set);
  return Equal({{"&", json::array_t{address, peers.mask}}}, peers.set);
}

// Whether a rule is that verdict for every packet, but for counting it.
bool IsVerdict(const json& expressions, const char* verdict) {
  return expressions.back().contains(verdict) &&
         std::none_of(expressions.begin(), expressions.end(),
                      [](const json& expression) { return expression.contains("match"); });
}

// A rule and the ruleset it belongs to.
struct OwnedRule {
  const RulesetDefinition* ruleset;
  const Rule* rule;
  Treatment treatment;
  const std::vector<Peers>* peers;  // of a restricted one
};

// All rules that look at the same field of a packet that goes the same way.
struct Field {
  Direction direction;
  Protocol protocol;
  PortType port_type;

  std::string Name() const {  // `in-udp-dst`
    return absl::StrCat(ToText(direction), "-", ToText(protocol), "-", ToText(port_type));
  }
};

class Builder {
 public:
  explicit Builder(const Wanted& wanted) : wanted_(wanted) {}

  absl::Status AddRulesets() {
    absl::Status sound = CheckDefinitions(wanted_.definitions);
    if (!sound.ok()) return sound;
    peers_.resize(wanted_.definitions.size());
    for (size_t i = 0; i < wanted_.definitions.size(); ++i) {
      const RulesetDefinition& ruleset = wanted_.definitions[i];
      const Treatment treatment = TreatmentOf(ruleset, wanted_.policy);
      if (treatment == Treatment::kRestricted) {
        absl::Status added = AddPeers(ruleset, peers_[i]);
        if (!added.ok()) return added;
      }
      for (const Rule& rule : ruleset.rules) {
        rules_.push_back({&ruleset, &rule, treatment, &peers_[i]});
        AddCounters(ruleset, rule, treatment);
      }
    }
    return absl::OkStatus();
  }

  json::array_t Commands() {
    json::array_t hooks;
    for (const Direction direction : {Direction::kInbound, Direction::kOutbound}) {
      AddHook(direction, hooks);
    }
    // Each kind refers only to what stands before it.
    json::array_t all = std::move(objects_);
    Append(std::move(chains_), all);
    Append(std::move(maps_), all);
    Append(std::move(hooks), all);
    return all;
  }

 private:
  using Body = json::array_t (Builder::*)(const std::vector<OwnedRule>& rules) const;

  absl::Status AddPeers(const RulesetDefinition& ruleset, std::vector<Peers>& peers) {
    const auto networks = DisjointNetworks(wanted_.policy.rulesets.at(ruleset.id).allowed_ips);
    if (!networks.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("ruleset '", ruleset.id, "': ", std::string(networks.status().message())));
    }
    std::map<std::pair<int, int>, json::array_t> addresses;  // by family and prefix length
    for (const IpNetwork& network : *networks) {
      addresses[{network.family, network.prefix_length}].push_back(network.AddressText());
    }
    for (auto& [kind, elements] : addresses) {
      const auto [family, length] = kind;
      const bool ip4 = family == AF_INET;
      Peers some = {ip4 ? "ip" : "ip6", "", ""};
      if (length > 0) {
        std::string name = absl::StrCat(ruleset.id, ip4 ? "/ip4" : "/ip6");
        if (length != (ip4 ? 32 : 128)) {
          some.mask = MaskText(family, length);
          absl::StrAppend(&name, "-", length);
        }
        objects_.push_back(Add("set", {{"name", name},
                                       {"type", ip4 ? "ipv4_addr" : "ipv6_addr"},
                                       {"elem", std::move(elements)}}));
        some.set = absl::StrCat("@", name);
      }
      peers.push_back(std::move(some));
    }
    return absl::OkStatus();
  }

  // A managed rule has both, so that they last while it is opened and closed.
  void AddCounters(const RulesetDefinition& ruleset, const Rule& rule, Treatment treatment) {
    const bool managed = treatment != Treatment::kUnmanaged;
    if (managed) objects_.push_back(AddCounter(PassedCounter(ruleset.id, rule)));
    if (managed || wanted_.policy.default_action == DefaultAction::kDrop) {
      objects_.push_back(AddCounter(DroppedCounter(ruleset.id, rule)));
    }
  }

  // The base chain of a direction, from loopback to the default action.
  void AddHook(Direction direction, json::array_t& hooks) {
    const bool drops = wanted_.policy.default_action == DefaultAction::kDrop;
    const char* const hook = direction == Direction::kInbound ? "input" : "output";
    hooks.push_back(Add("chain", {{"name", hook},
                                  {"type", "filter"},
                                  {"hook", hook},
                                  {"prio", kPriority},
                                  {"policy", "accept"}}));
    hooks.push_back(AcceptLoopback(direction));
    const auto managed = [](const OwnedRule& rule) {
      return rule.treatment != Treatment::kUnmanaged;
    };
    // A packet that any rule lets pass passes: so by its source port it can be let
    // in before, and dropped only after its destination port was looked up.
    AddLookups(direction, PortType::kSrc, "open/", &Builder::OpenBody, managed, hooks);
    AddLookups(direction, PortType::kDst, "", &Builder::WholeBody, managed, hooks);
    AddLookups(direction, PortType::kSrc, "closed/", &Builder::ClosedBody, managed, hooks);
    if (!drops) return;
    Append(AcceptEssentials(direction), hooks);
    for (const PortType port_type : {PortType::kDst, PortType::kSrc}) {
      AddLookups(direction, port_type, "unmanaged/", &Builder::CountDropped, std::not_fn(managed),
                 hooks);
    }
    const std::string counter = DefaultDropCounter(direction);
    objects_.push_back(AddCounter(counter));
    hooks.push_back(AddRule(hook, {Count(counter), Drop()}));
  }

  // Looks up the port of both protocols among the rules that `concerns` names;
  // `body` gives the chain for those that name the same port, empty for none.
  template <typename Concerns>
  void AddLookups(Direction direction, PortType port_type, const std::string& prefix, Body body,
                  const Concerns& concerns, json::array_t& hooks) {
    for (const Protocol protocol : {Protocol::kTcp, Protocol::kUdp}) {
      std::vector<OwnedRule> rules;
      std::vector<PortRange> ranges;
      for (const OwnedRule& owned : rules_) {
        const Rule& rule = *owned.rule;
        if (rule.direction != direction || rule.protocol != protocol ||
            rule.port_type != port_type || !concerns(owned)) {
          continue;
        }
        rules.push_back(owned);
        ranges.push_back({rule.port_begin, rule.port_end});
      }
      AddLookup({direction, protocol, port_type}, prefix, body, rules, GroupPorts(ranges), hooks);
    }
  }

  void AddLookup(const Field& field, const std::string& prefix, Body body,
                 const std::vector<OwnedRule>& rules, const std::vector<PortGroup>& groups,
                 json::array_t& hooks) {
    const json port =
        Payload(ToText(field.protocol), field.port_type == PortType::kDst ? "dport" : "sport");
    const char* const hook = field.direction == Direction::kInbound ? "input" : "output";
    json::array_t elements;
    json::array_t open;    // ports that pass whoever it is
    json::array_t closed;  // ports that someone's packets are dropped from
    for (const PortGroup& group : groups) {
      std::vector<OwnedRule> of_group;
      for (const size_t i : group.rules) of_group.push_back(rules[i]);
      json::array_t commands = (this->*body)(of_group);
      if (commands.empty()) continue;

      const PortRange& first = group.ranges[0];
      const std::string chain = absl::StrCat(
          prefix,
          RuleName({field.direction, field.protocol, field.port_type, first.begin, first.end}));
      chains_.push_back(AddChain(chain));
      for (const json& expressions : commands) chains_.push_back(AddRule(chain, expressions));
      for (const PortRange& range : group.ranges) {
        if (range.end - range.begin >= kMostPortsInMap) {
          const json ports = {{"range", {range.begin, range.end}}};
          hooks.push_back(AddRule(hook, {Equal(port, ports), Jump(chain)}));
          continue;
        }
        for (int one = range.begin; one <= range.end; ++one) {
          elements.push_back({one, Jump(chain)});
          if (IsVerdict(commands.back(), "accept")) open.push_back(one);
          if (IsVerdict(commands.back(), "drop")) closed.push_back(one);
        }
      }
    }
    if (elements.empty()) return;
    const std::string map = absl::StrCat(prefix, field.Name());
    maps_.push_back(Add("map", {{"name", map},
                                {"type", "inet_service"},
                                {"map", "verdict"},
                                {"elem", std::move(elements)}}));
    hooks.push_back(AddRule(hook, {{{"vmap", {{"key", port}, {"data", absl::StrCat("@", map)}}}}}));
    // Only for the packet that is under way while the policy is replaced: the kernel
    // may start it on the old rules and then hide the old map's elements from it, but
    // not those of a set.
    AddNet(hook, port, absl::StrCat(map, "/open"), std::move(open), Accept(), hooks);
    AddNet(hook, port, absl::StrCat(map, "/closed"), std::move(closed), Drop(), hooks);
  }

  void AddNet(const std::string& hook, const json& port, const std::string& set,
              json::array_t ports, json verdict, json::array_t& hooks) {
    if (ports.empty()) return;
    maps_.push_back(
        Add("set", {{"name", set}, {"type", "inet_service"}, {"elem", std::move(ports)}}));
    hooks.push_back(AddRule(hook, {Equal(port, absl::StrCat("@", set)), std::move(verdict)}));
  }

  // The rules, as lists of expressions, by which packets of these ports pass.
  json::array_t OpenBody(const std::vector<OwnedRule>& rules) const {
    json::array_t body;
    for (const OwnedRule& owned : rules) {
      const Direction direction = owned.rule->direction;
      const json count = Count(PassedCounter(owned.ruleset->id, *owned.rule));
      if (owned.treatment == Treatment::kOpen) {
        body.push_back({count, Accept()});
        break;  // nothing gets past it
      }
      if (owned.treatment != Treatment::kRestricted) continue;
      const auto accept = [&](json match) { body.push_back({std::move(match), count, Accept()}); };
      for (const Peers& peers : *owned.peers) accept(IsPeer(peers, direction));
      // A group is nobody's address: what we send to allowed peers by multicast
      // has to pass. With no peer allowed there is nobody to send to.
      if (direction == Direction::kOutbound && !owned.peers->empty()) {
        accept(Equal(Payload("ip", "daddr"), Prefix("224.0.0.0", 4)));
        accept(Equal(Payload("ip6", "daddr"), Prefix("ff00::", 8)));
      }
    }
    return body;
  }

  json::array_t WholeBody(const std::vector<OwnedRule>& rules) const {
    json::array_t body = OpenBody(rules);
    Append(ClosedBody(rules), body);
    return body;
  }

  // Drops what OpenBody() let through to here, unless it lets everything pass.
  json::array_t ClosedBody(const std::vector<OwnedRule>& rules) const {
    const bool open = std::any_of(rules.begin(), rules.end(), [](const OwnedRule& owned) {
      return owned.treatment == Treatment::kOpen;
    });
    if (open) return {};
    json::array_t body = CountDropped(rules);
    body.push_back(json::array_t{Drop()});
    return body;
  }

  json::array_t CountDropped(const std::vector<OwnedRule>& rules) const {
    json::array_t body;
    for (const OwnedRule& owned : rules) {
      body.push_back(json::array_t{Count(DroppedCounter(owned.ruleset->id, *owned.rule))});
    }
    return body;
  }

  const Wanted& wanted_;
  std::vector<std::vector<Peers>> peers_;  // one for each definition
  std::vector<OwnedRule> rules_;
  json::array_t objects_;  // counters and sets
  json::array_t chains_;   // of groups of ports, with their rules
  json::array_t maps_;     // ports to those chains, and sets of ports
};

bool IsVersion(const json& entry) {
  return entry.is_object() && entry.contains("metainfo");
}

void NormalizeInPlace(json& listing) {
  if (listing.is_object()) {
    listing.erase("handle");
    // A counter within a rule, or a named one; a quota's limit is no counter.
    if (listing.contains("packets") && listing.contains("bytes")) {
      listing["packets"] = 0;
      listing["bytes"] = 0;
    }
  }
  if (listing.is_array()) {
    listing.erase(std::remove_if(listing.begin(), listing.end(), IsVersion), listing.end());
  }
  if (listing.is_structured()) {
    for (json& member : listing) NormalizeInPlace(member);
  }
}

}  // namespace

absl::StatusOr<json> MakeDocument(const Wanted& wanted) {
  // Also for a firewall that is off: a bad address is refused now, not on the day
  // it is turned on.
  Builder builder(wanted);
  absl::Status built = builder.AddRulesets();
  if (!built.ok()) return built;

  // Adding what exists is no error and deleting what does not exist is one, so:
  // add, delete, add, all in the same transaction.
  const json table = {{"table", {{"family", kTableFamily}, {"name", kTableName}}}};
  json::array_t commands = {{{"metainfo", {{"json_schema_version", 1}}}},
                            {{"add", table}},
                            {{"delete", table}},
                            {{"add", table}}};
  if (wanted.policy.enabled) Append(builder.Commands(), commands);
  return json{{"nftables", std::move(commands)}};
}

json Normalize(json listing) {
  NormalizeInPlace(listing);
  return listing;
}

}  // namespace hostctl::firewall
