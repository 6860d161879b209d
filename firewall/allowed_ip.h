// Who may use a ruleset: one IPv4 or IPv6 address, or one network in CIDR
// notation (RFC 4632, RFC 4291 2.3).
//
//   ParseAllowedIp("192.0.2.1/32")  -> "192.0.2.1"
//   ParseAllowedIp("2001:DB8::/32") -> "2001:db8::/32"
//   ParseAllowedIp("192.0.2.7/24")  -> INVALID_ARGUMENT, "... write 192.0.2.0/24 ..."
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace hostctl::firewall {

// A network; a single address is the network with every bit in its prefix.
struct IpNetwork {
  int family = 0;                        // AF_INET or AF_INET6
  std::array<uint8_t, 16> address = {};  // network byte order; IPv4 uses the first 4 bytes
  int prefix_length = 0;                 // 0 to 32, or 0 to 128

  bool is_single_address() const;
  // Whether every address of `other` is one of ours.
  bool Contains(const IpNetwork& other) const;
  // The address without its prefix length: `192.0.2.0`.
  std::string AddressText() const;
  // Canonical: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`.
  std::string ToString() const;
};

// INVALID_ARGUMENT, with what to write instead where that can be known, for
// anything that is no address, has host bits set, or could never be the source
// of a packet that our rules see: multicast, and IPv4 written as IPv6.
absl::StatusOr<IpNetwork> ParseIpNetwork(const std::string& text);

// The same, as canonical text: equal networks give equal strings.
absl::StatusOr<std::string> ParseAllowedIp(const std::string& text);

// All of them, sorted, without what another one contains already: the kernel
// refuses a set whose intervals overlap. INVALID_ARGUMENT as ParseIpNetwork().
absl::StatusOr<std::vector<IpNetwork>> DisjointNetworks(const std::vector<std::string>& texts);

}  // namespace hostctl::firewall
