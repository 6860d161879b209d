// Text to network and back, through inet_pton(3) and inet_ntop(3).
#include "firewall/allowed_ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace hostctl::firewall {
namespace {

// An IPv6 address of 45 characters, a slash and three digits, and some room.
constexpr size_t kLongestText = 64;

int AddressBits(int family) {
  return family == AF_INET ? 32 : 128;
}

// Keeps the first `length` bits of `address`, clears the others.
std::array<uint8_t, 16> Prefix(std::array<uint8_t, 16> address, int length) {
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(length - 8 * i, 0, 8);
    const unsigned mask = 0xffU << static_cast<unsigned>(8 - kept);
    uint8_t& byte = address[static_cast<size_t>(i)];
    byte = static_cast<uint8_t>(byte & mask);
  }
  return address;
}

absl::Status Refused(const std::string& text, const std::string& reason) {
  const std::string shown = text.size() <= kLongestText ? text : text.substr(0, kLongestText);
  return absl::InvalidArgumentError(
      absl::StrCat("allowed IP '", absl::CHexEscape(shown), "' ", reason));
}

// 0 to 999 in plain decimal digits; nothing for signs, blanks and the like.
std::optional<int> ParseLength(const std::string& digits) {
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  return value;
}

bool IsMulticast(const IpNetwork& network) {
  return network.family == AF_INET
             ? network.prefix_length >= 4 && (network.address[0] & 0xf0) == 0xe0
             : network.prefix_length >= 8 && network.address[0] == 0xff;
}

bool IsMappedIpv4(const IpNetwork& network) {  // ::ffff:0:0/96, RFC 4291 2.5.5.2
  return network.family == AF_INET6 && network.prefix_length >= 96 &&
         std::all_of(network.address.begin(), network.address.begin() + 10,
                     [](uint8_t byte) { return byte == 0; }) &&
         network.address[10] == 0xff && network.address[11] == 0xff;
}

}  // namespace

bool IpNetwork::is_single_address() const {
  return prefix_length == AddressBits(family);
}

bool IpNetwork::Contains(const IpNetwork& other) const {
  return family == other.family && prefix_length <= other.prefix_length &&
         Prefix(other.address, prefix_length) == address;
}

std::string IpNetwork::AddressText() const {
  std::array<char, INET6_ADDRSTRLEN> buffer = {};
  inet_ntop(family, address.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string IpNetwork::ToString() const {
  return is_single_address() ? AddressText() : absl::StrCat(AddressText(), "/", prefix_length);
}

absl::StatusOr<IpNetwork> ParseIpNetwork(const std::string& text) {
  static constexpr char kForm[] =
      "is no IPv4 or IPv6 address or network; write for example 192.0.2.1, 192.0.2.0/24 or "
      "2001:db8::/32";
  // inet_pton() would not see what follows a NUL.
  if (text.size() > kLongestText || text.find('\0') != std::string::npos) {
    return Refused(text, kForm);
  }
  const size_t slash = text.find('/');
  const std::string address = text.substr(0, slash);

  IpNetwork network;
  network.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (address.find('%') != std::string::npos) {
    return Refused(text, "names a zone, which a packet does not carry; leave out the % part");
  }
  if (inet_pton(network.family, address.c_str(), network.address.data()) != 1) {
    return Refused(text, kForm);
  }

  const int bits = AddressBits(network.family);
  network.prefix_length = bits;
  if (slash != std::string::npos) {
    const std::optional<int> length = ParseLength(text.substr(slash + 1));
    if (!length || *length > bits) {
      return Refused(text, absl::StrCat("has no valid prefix length; it is 0 to ", bits));
    }
    network.prefix_length = *length;
  }

  IpNetwork whole = network;
  whole.address = Prefix(network.address, network.prefix_length);
  if (whole.address != network.address) {
    return Refused(text, absl::StrCat("has host bits set; for the network write ", whole.ToString(),
                                      ", for this one address ", network.AddressText()));
  }
  if (IsMulticast(network)) {
    return Refused(text,
                   "is multicast, which no packet comes from; list the addresses of the peers, "
                   "multicast output needs no entry");
  }
  if (IsMappedIpv4(network)) {
    return Refused(text, "is IPv4 written as IPv6; write it as IPv4");
  }
  return network;
}

absl::StatusOr<std::string> ParseAllowedIp(const std::string& text) {
  absl::StatusOr<IpNetwork> network = ParseIpNetwork(text);
  if (!network.ok()) return network.status();
  return network->ToString();
}

absl::StatusOr<std::vector<IpNetwork>> DisjointNetworks(const std::vector<std::string>& texts) {
  std::vector<IpNetwork> all;
  all.reserve(texts.size());
  for (const std::string& text : texts) {
    absl::StatusOr<IpNetwork> network = ParseIpNetwork(text);
    if (!network.ok()) return network.status();
    all.push_back(*network);
  }
  // A network sorts directly before all it contains.
  std::sort(all.begin(), all.end(), [](const IpNetwork& a, const IpNetwork& b) {
    return std::tie(a.family, a.address, a.prefix_length) <
           std::tie(b.family, b.address, b.prefix_length);
  });
  std::vector<IpNetwork> kept;
  for (const IpNetwork& network : all) {
    if (kept.empty() || !kept.back().Contains(network)) kept.push_back(network);
  }
  return kept;
}

}  // namespace hostctl::firewall
