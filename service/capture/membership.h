// Multicast membership: IGMP (RFC 1112, 2236, 3376) and MLD (RFC 2710, 3810). Hosts report
// which groups they want; a querier asks, and switches that snoop forward by the answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace hostctl::capture {

struct Membership {
  enum class Kind {
    kQuery,   // asks who wants `groups`; no groups: any
    kReport,  // the sender wants `groups`, and no longer wants `left`
  };
  Kind kind = Kind::kQuery;
  int version = 2;                  // of IGMP 1..3, of MLD 1..2
  bool ipv6 = false;                // MLD
  std::vector<std::string> groups;  // `224.0.1.129`; at most 64 are taken of one message
  std::vector<std::string> left;    // likewise
};

// An IGMP message; absent where it is none of these, or malformed.
std::optional<Membership> ParseIgmp(absl::Span<const uint8_t> message);

// An ICMPv6 message; absent where it is not MLD, or malformed.
std::optional<Membership> ParseMld(absl::Span<const uint8_t> message);

}  // namespace hostctl::capture
