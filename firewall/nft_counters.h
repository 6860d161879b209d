// The named counters of our table: from a listing, into the document that replaces
// it, and out to people. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "firewall/ruleset.h"
#include "nlohmann/json.hpp"

namespace hostctl::firewall {

// By name, see nft_names.h.
using CounterValues = std::map<std::string, PacketCount>;

// The counters in a listing of libnftables; what is none is left out.
CounterValues ReadCounters(const nlohmann::json& listing);

// A document of MakeDocument() whose counters begin where `values` are.
nlohmann::json WithCounters(nlohmann::json document, const CounterValues& values);

// As Firewall::Counters() tells it; zero for what has no counter.
std::vector<RuleCount> CountsOf(const Wanted& wanted, const CounterValues& values);

}  // namespace hostctl::firewall
