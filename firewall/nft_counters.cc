#include "firewall/nft_counters.h"

#include "firewall/nft_names.h"

namespace hostctl::firewall {
namespace {

using nlohmann::json;

bool IsNumber(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned();
}

PacketCount Value(const CounterValues& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? PacketCount{} : found->second;
}

}  // namespace

CounterValues ReadCounters(const json& listing) {
  CounterValues values;
  const auto entries = listing.is_object() ? listing.find("nftables") : listing.end();
  if (entries == listing.end() || !entries->is_array()) return values;
  for (const json& entry : *entries) {
    const auto counter = entry.is_object() ? entry.find("counter") : entry.end();
    if (counter == entry.end() || !counter->is_object()) continue;
    const auto name = counter->find("name");
    if (name == counter->end() || !name->is_string()) continue;
    if (!IsNumber(*counter, "packets") || !IsNumber(*counter, "bytes")) continue;
    values[name->get<std::string>()] = {(*counter)["packets"].get<uint64_t>(),
                                        (*counter)["bytes"].get<uint64_t>()};
  }
  return values;
}

json WithCounters(json document, const CounterValues& values) {
  for (json& command : document["nftables"]) {
    const auto add = command.find("add");
    if (add == command.end() || !add->contains("counter")) continue;
    json& counter = (*add)["counter"];
    const PacketCount value = Value(values, counter["name"].get<std::string>());
    counter["packets"] = value.packets;
    counter["bytes"] = value.bytes;
  }
  return document;
}

std::vector<RuleCount> CountsOf(const Wanted& wanted, const CounterValues& values) {
  std::vector<RuleCount> counts;
  for (const RulesetDefinition& ruleset : wanted.definitions) {
    for (size_t i = 0; i < ruleset.rules.size(); ++i) {
      const Rule& rule = ruleset.rules[i];
      counts.push_back({ruleset.id, i, Value(values, PassedCounter(ruleset.id, rule)),
                        Value(values, DroppedCounter(ruleset.id, rule))});
    }
  }
  counts.push_back({"", 0, {}, Value(values, DefaultDropCounter(Direction::kInbound))});
  counts.push_back({"", 1, {}, Value(values, DefaultDropCounter(Direction::kOutbound))});
  return counts;
}

}  // namespace hostctl::firewall
