#include "service/capture/membership.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>

namespace hostctl::capture {
namespace {

using Octets = absl::Span<const uint8_t>;

constexpr size_t kMostGroups = 64;

// Record types of IGMPv3 (RFC 3376 4.2.12) and MLDv2 (RFC 3810 5.2.12).
enum RecordType : uint8_t {
  kModeIsInclude = 1,
  kModeIsExclude = 2,
  kChangeToInclude = 3,
  kChangeToExclude = 4,
  kAllowNewSources = 5,
};

std::string GroupText(Octets address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.size() == 4 ? AF_INET : AF_INET6, address.data(), text.data(), text.size());
  return text.data();
}

bool IsZero(Octets address) {
  for (const uint8_t octet : address) {
    if (octet != 0) return false;
  }
  return true;
}

// The group records of a report of IGMPv3 or MLDv2, whose layout differs only in the size
// of an address; false where one runs past the end.
bool TakeRecords(Octets message, size_t address_size, Membership& into) {
  constexpr size_t kReportHeader = 8;
  if (message.size() < kReportHeader) return false;
  const size_t count = static_cast<size_t>(message[6] << 8 | message[7]);
  Octets rest = message.subspan(kReportHeader);
  for (size_t i = 0; i < count; ++i) {
    if (rest.size() < 4 + address_size) return false;
    const uint8_t type = rest[0];
    const size_t auxiliary = size_t{4} * rest[1];
    const size_t sources = static_cast<size_t>(rest[2] << 8 | rest[3]);
    const Octets group = rest.subspan(4, address_size);
    const size_t size = 4 + address_size * (1 + sources) + auxiliary;
    if (rest.size() < size) return false;
    // To want nothing but the traffic of no source is to want nothing.
    const bool includes = type == kModeIsInclude || type == kChangeToInclude;
    const bool joined =
        includes ? sources > 0
                 : type == kModeIsExclude || type == kChangeToExclude || type == kAllowNewSources;
    if (joined && into.groups.size() < kMostGroups) into.groups.push_back(GroupText(group));
    if (includes && sources == 0 && into.left.size() < kMostGroups) {
      into.left.push_back(GroupText(group));
    }
    rest.remove_prefix(size);
  }
  return true;
}

}  // namespace

std::optional<Membership> ParseIgmp(Octets message) {
  constexpr size_t kLeastSize = 8;
  constexpr size_t kVersion3Query = 12;
  if (message.size() < kLeastSize) return std::nullopt;
  Membership parsed;
  const Octets group = message.subspan(4, 4);
  switch (message[0]) {
    case 0x11:
      // RFC 3376 7.1: the versions differ by length and by Max Resp Code.
      parsed.version = message.size() >= kVersion3Query ? 3 : message[1] == 0 ? 1 : 2;
      if (!IsZero(group)) parsed.groups.push_back(GroupText(group));
      return parsed;
    case 0x12:
    case 0x16:
      parsed.kind = Membership::Kind::kReport;
      parsed.version = message[0] == 0x12 ? 1 : 2;
      parsed.groups.push_back(GroupText(group));
      return parsed;
    case 0x17:
      parsed.kind = Membership::Kind::kReport;
      parsed.left.push_back(GroupText(group));
      return parsed;
    case 0x22:
      parsed.kind = Membership::Kind::kReport;
      parsed.version = 3;
      if (!TakeRecords(message, 4, parsed)) return std::nullopt;
      return parsed;
    default:
      return std::nullopt;
  }
}

std::optional<Membership> ParseMld(Octets message) {
  constexpr size_t kVersion1 = 24;
  constexpr size_t kVersion2Query = 28;
  if (message.size() < 8) return std::nullopt;
  Membership parsed;
  parsed.ipv6 = true;
  parsed.version = 1;
  if (message[0] == 143) {
    parsed.kind = Membership::Kind::kReport;
    parsed.version = 2;
    if (!TakeRecords(message, 16, parsed)) return std::nullopt;
    return parsed;
  }
  if (message.size() < kVersion1) return std::nullopt;
  const Octets group = message.subspan(8, 16);
  switch (message[0]) {
    case 130:
      parsed.version = message.size() >= kVersion2Query ? 2 : 1;
      if (!IsZero(group)) parsed.groups.push_back(GroupText(group));
      return parsed;
    case 131:
      parsed.kind = Membership::Kind::kReport;
      parsed.groups.push_back(GroupText(group));
      return parsed;
    case 132:
      parsed.kind = Membership::Kind::kReport;
      parsed.left.push_back(GroupText(group));
      return parsed;
    default:
      return std::nullopt;
  }
}

}  // namespace hostctl::capture
