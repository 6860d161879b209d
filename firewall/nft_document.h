// A policy as a document of libnftables' JSON interface (libnftables-json(5)).
// Pure: no kernel, no library, values in and values out.
//
// The table `inet hostctl` looks like this, with `ptpd` restricted to two peers:
//
//   table inet hostctl {
//     set ptpd_ip4 { type ipv4_addr; flags interval; elements = { 192.0.2.1, 198.51.100.0/24 } }
//     chain input {
//       type filter hook input priority -10; policy accept;
//       udp dport 319-320 ip saddr @ptpd_ip4 accept
//       udp dport 319-320 counter drop comment "ruleset ptpd: address not allowed"
//     }
//     chain output { ... }
//   }
//
// `accept` ends only our own chain: a packet that another table drops stays
// dropped. That is meant; an open ruleset is no licence to overrule the
// administrator's own rules. `drop` is final whoever says it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "firewall/ruleset.h"
#include "nlohmann/json.hpp"

namespace hostctl::firewall {

inline constexpr char kTableFamily[] = "inet";
inline constexpr char kTableName[] = "hostctl";

// The comments of the rules that drop, and count what they drop. A diagnosis
// finds the rule by them.
std::string ClosedComment(const std::string& ruleset_id);  // `ruleset ptpd: closed`
std::string NotAllowedComment(
    const std::string& ruleset_id);  // `ruleset ptpd: address not allowed`
inline constexpr char kDefaultActionComment[] = "default action: drop";

// One transaction that replaces our table as a whole, whatever it held.
// INVALID_ARGUMENT names a ruleset the catalogue does not have, or an allowed IP
// that ParseAllowedIp() refuses.
absl::StatusOr<nlohmann::json> MakeDocument(const Wanted& wanted);

// What a listing says without what differs between two tables of the same
// meaning: handles, counter values and the version of the library.
nlohmann::json Normalize(const nlohmann::json& listing);

}  // namespace hostctl::firewall
