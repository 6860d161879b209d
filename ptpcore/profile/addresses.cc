#include "ptpcore/profile/addresses.h"

#include <arpa/inet.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdio>

namespace ptpcore::profile {
namespace {

namespace v1 = hostctl::v1;

std::optional<ClockAddress> ParseIpv4(const std::string& text) {
  in_addr address{};
  if (inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  const uint32_t number = ntohl(address.s_addr);
  if (number == 0 || number >= 0xe0000000U) return std::nullopt;  // multicast and above
  return ClockAddress{v1::NETWORK_PROTOCOL_UDP_IPV4, text};
}

std::optional<ClockAddress> ParseIpv6(const std::string& text) {
  in6_addr address{};
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return std::nullopt;
  if (IN6_IS_ADDR_MULTICAST(&address) || IN6_IS_ADDR_UNSPECIFIED(&address)) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
  return ClockAddress{v1::NETWORK_PROTOCOL_UDP_IPV6, canonical.data()};
}

// The digits of `text` in lower case; nothing if there is anything else than digits and
// what is in `separators`.
std::optional<std::string> HexDigits(const std::string& text, const std::string& separators) {
  std::string digits;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (std::isxdigit(octet) != 0) {
      digits += static_cast<char>(std::tolower(octet));
    } else if (separators.find(c) == std::string::npos) {
      return std::nullopt;
    }
  }
  return digits;
}

// Six octets parted by colons or dashes.
std::optional<ClockAddress> ParseMac(const std::string& text) {
  constexpr size_t kLength = 17;
  const auto digits = HexDigits(text, ":-");
  if (text.size() != kLength || !digits.has_value() || digits->size() != 12) return std::nullopt;
  std::string mac;
  for (size_t i = 0; i < digits->size(); i += 2) mac += (i == 0 ? "" : ":") + digits->substr(i, 2);
  for (size_t i = 2; i < text.size(); i += 3) {
    if (text[i] != text[2] || std::isxdigit(static_cast<unsigned char>(text[i])) != 0) {
      return std::nullopt;
    }
  }
  const int first = std::stoi(mac.substr(0, 2), nullptr, 16);
  if ((first & 1) != 0 || mac == "00:00:00:00:00:00") return std::nullopt;  // a group, or nobody
  return ClockAddress{v1::NETWORK_PROTOCOL_ETHERNET, mac};
}

}  // namespace

std::optional<ClockAddress> ParseAddress(const std::string& text) {
  if (auto address = ParseIpv4(text)) return address;
  if (auto address = ParseIpv6(text)) return address;
  return ParseMac(text);
}

std::optional<std::string> CanonicalIdentity(const std::string& text) {
  constexpr size_t kDigits = 16;
  constexpr unsigned kHighestPort = 65534;
  // linuxptp parts the port with a dash, but only after its dots.
  const size_t slash = text.find('.') == std::string::npos ? text.find('/') : text.find('-');
  const auto digits = HexDigits(text.substr(0, slash), ":-.");
  if (!digits.has_value() || digits->size() != kDigits) return std::nullopt;
  if (slash == std::string::npos) return digits;
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + slash + 1, end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end || port == 0 || port > kHighestPort) {
    return std::nullopt;
  }
  return *digits + "/" + std::to_string(port);
}

}  // namespace ptpcore::profile
