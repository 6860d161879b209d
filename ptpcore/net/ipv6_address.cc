#include "ptpcore/net/ipv6_address.h"

#include <linux/if_addr.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ptpcore::net {
namespace {

// IPV6_ADDR_LINKLOCAL of the kernel's net/ipv6.h.
constexpr uint32_t kLinkLocal = 0x20;

}  // namespace

Ipv6Readiness LinkLocalIn(absl::string_view if_inet6, int device_index) {
  Ipv6Readiness found = Ipv6Readiness::kNone;
  for (const absl::string_view line : absl::StrSplit(if_inet6, '\n')) {
    // Address, device index, prefix length, scope, flags, device; all in hexadecimal.
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    uint32_t index = 0;
    uint32_t scope = 0;
    uint32_t flags = 0;
    if (fields.size() < 5 || !absl::SimpleHexAtoi(fields[1], &index) ||
        !absl::SimpleHexAtoi(fields[3], &scope) || !absl::SimpleHexAtoi(fields[4], &flags) ||
        static_cast<int>(index) != device_index || scope != kLinkLocal) {
      continue;
    }
    if ((flags & IFA_F_DADFAILED) != 0) {
      found = Ipv6Readiness::kDuplicate;
    } else if ((flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0) {
      found = Ipv6Readiness::kTentative;
    } else {
      return Ipv6Readiness::kReady;
    }
  }
  return found;
}

absl::Status CheckIpv6Ready(const std::string& name, int device_index) {
  std::ifstream file("/proc/net/if_inet6");
  const std::string table{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  switch (LinkLocalIn(table, device_index)) {
    case Ipv6Readiness::kReady:
      return absl::OkStatus();
    case Ipv6Readiness::kTentative:
      return absl::UnavailableError(
          absl::StrCat(name, " waits for its IPv6 address: the kernel checks it for duplicates"));
    case Ipv6Readiness::kDuplicate:
      return absl::UnavailableError(
          absl::StrCat("another host has the IPv6 link-local address of ", name,
                       ": give one of them another (`ip -6 addr show dev ", name, "`)"));
    case Ipv6Readiness::kNone:
      break;
  }
  return absl::UnavailableError(
      absl::StrCat(name, " has no IPv6 link-local address; `sysctl net.ipv6.conf.", name,
                   ".disable_ipv6` shows whether IPv6 is off"));
}

}  // namespace ptpcore::net
