// Who else on this host drops packets that an open ruleset lets in or out: a
// packet has to pass every table, and an `accept` of ours does not overrule a
// `drop` of others. Pure: reads tables as libnftables lists them
// (libnftables-json(5)).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firewall/ruleset.h"
#include "nlohmann/json.hpp"

namespace hostctl::firewall {

// A rule of an open ruleset, and who drops its packets.
struct ForeignDrop {
  std::string ruleset_id;
  Rule rule;
  std::string owner;       // `ufw`, or `the table ip filter`
  std::string chain;       // where the packet meets its end: `INPUT`
  bool by_policy = false;  // no rule of theirs lets it pass, and the chain's policy drops it

  bool operator==(const ForeignDrop& o) const {
    return ruleset_id == o.ruleset_id && rule == o.rule && owner == o.owner && chain == o.chain &&
           by_policy == o.by_policy;
  }
};

// What becomes of the first packet of a flow over IPv4, not by loopback, that a rule
// of a ruleset open under `wanted` names by its destination port, in `table`: the
// listing of one table, somebody else's. At most one entry per rule and base chain.
//
// A condition that a listing does not settle (an address, an interface, an xtables
// match, a map) counts as not met, but where the rule names the port: then somebody
// meant it. What makes no sense is passed over.
std::vector<ForeignDrop> ForeignDropsIn(const nlohmann::json& table, const Wanted& wanted);

}  // namespace hostctl::firewall
