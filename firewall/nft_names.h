// What things are called in our table, so that `nft list table inet hostctl` reads
// well and a listing can be read back.
#pragma once

#include <string>

#include "firewall/ruleset.h"

namespace hostctl::firewall {

inline constexpr char kTableFamily[] = "inet";
inline constexpr char kTableName[] = "hostctl";

const char* ToText(Direction direction);  // `in`, `out`
const char* ToText(Protocol protocol);    // `tcp`, `udp`
const char* ToText(PortType port_type);   // `dst`, `src`

// `in-udp-dst-319-320`; `in-tcp-dst-22` for a single port.
std::string RuleName(const Rule& rule);

// A counter is named by what it counts, `ptpd/in-udp-dst-319-320/dropped`: a rule
// that becomes another one becomes another counter. An id has no slash.
std::string PassedCounter(const std::string& ruleset_id, const Rule& rule);
std::string DroppedCounter(const std::string& ruleset_id, const Rule& rule);
std::string DefaultDropCounter(Direction direction);  // `default/in/dropped`

}  // namespace hostctl::firewall
