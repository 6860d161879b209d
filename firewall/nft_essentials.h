// The traffic without which a host loses its links or its administrator: what
// passes also where the default action is DROP.
#pragma once

#include "firewall/ruleset.h"
#include "nlohmann/json.hpp"

namespace hostctl::firewall {

// The host talking to itself. First of all: no ruleset is meant for it.
nlohmann::json AcceptLoopback(Direction direction);

// Rules that accept flows that exist (also those that are older than the firewall:
// the kernel picks up a TCP connection in the middle), ICMP errors and echo, IPv6
// neighbours and routers, multicast group membership, and DHCP as a client.
nlohmann::json::array_t AcceptEssentials(Direction direction);

}  // namespace hostctl::firewall
