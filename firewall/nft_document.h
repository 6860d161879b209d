// A policy as a document of libnftables' JSON interface (libnftables-json(5)).
// Pure: no kernel, no library, values in and values out.
//
// The table `inet hostctl` looks like this, with `ptpd` restricted to one network:
//
//   table inet hostctl {
//     counter ptpd/in-udp-dst-319-320/passed { ... }
//     counter ptpd/in-udp-dst-319-320/dropped { ... }
//     set ptpd/ip4-24 { type ipv4_addr; elements = { 198.51.100.0 } }
//     chain in-udp-dst-319-320 {
//       ip saddr & 255.255.255.0 @ptpd/ip4-24 counter name "..." accept
//       counter name "ptpd/in-udp-dst-319-320/dropped"
//       drop
//     }
//     map in-udp-dst { type inet_service : verdict
//       elements = { 319 : jump in-udp-dst-319-320, 320 : jump in-udp-dst-319-320 } }
//     chain input {
//       type filter hook input priority -10; policy accept;
//       iifname "lo" accept
//       udp dport vmap @in-udp-dst
//       udp dport @in-udp-dst/closed drop    (see nft_document.cc)
//     }
//     chain output { ... }
//   }
//
// - A packet's port is looked up once per map, however many rulesets there are;
//   ports that several rulesets name have a chain of their own.
// - Sets and maps are hashed, never intervals: so a lookup is one step, however many
//   elements there are. And the kernel (seen with 6.18) finds nothing in a new
//   interval set for some moments after the transaction that brings it; what must
//   be dropped would pass then. A hashed set is in force together with the rules.
// - A packet passes if any ruleset lets it; else it is dropped if any is set that
//   names it. Rulesets come before the default action and its established flows:
//   what is closed is closed at once, also to who was talking already.
// - `accept` ends only our own chain: a packet that another table drops stays
//   dropped. That is meant; an open ruleset is no licence to overrule the
//   administrator's own rules. `drop` is final whoever says it.
#pragma once

#include "absl/status/statusor.h"
#include "firewall/ruleset.h"
#include "nlohmann/json.hpp"

namespace hostctl::firewall {

// One transaction that replaces our table as a whole, whatever it held; every
// counter at zero. INVALID_ARGUMENT for definitions that CheckDefinitions() refuses
// and allowed IPs that ParseAllowedIp() refuses, also while the firewall is off.
absl::StatusOr<nlohmann::json> MakeDocument(const Wanted& wanted);

// What a listing says without what differs between two tables of the same
// meaning: handles, counter values and the version of the library.
nlohmann::json Normalize(nlohmann::json listing);

}  // namespace hostctl::firewall
