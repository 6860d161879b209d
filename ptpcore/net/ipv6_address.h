// Whether a device has the IPv6 address that it sends from: its link-local one, which the
// kernel checks for duplicates first (RFC 4862 5.4). Read from /proc/net/if_inet6, as
// there is no ioctl that tells.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ptpcore::net {

enum class Ipv6Readiness {
  kNone,       // no link-local address
  kTentative,  // being checked: nothing can be sent from it yet
  kDuplicate,  // another host has it
  kReady,
};

// What the table `if_inet6` says of the device of this index.
Ipv6Readiness LinkLocalIn(absl::string_view if_inet6, int device_index);

// OK when the device `name` of this index can send; else UNAVAILABLE says what is missing.
absl::Status CheckIpv6Ready(const std::string& name, int device_index);

}  // namespace ptpcore::net
