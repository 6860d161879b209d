// One RTM_NEWLINK message (linux/if_link.h) as a Device. Pure.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "service/host/interfaces.h"
#include "service/host/netlink_bytes.h"

namespace hostctl::host {

// A device whose relations to others are still indices; 0: none.
struct Link {
  Device device;
  int controller_index = 0;  // IFLA_MASTER: of the bridge, bond or VRF
  int lower_index = 0;       // IFLA_LINK: what it stands on, or its peer; in this namespace
};

// `payload` is what follows the message's header. Nothing for a message that is about
// something else than a device as such: a bridge's view of its port. INVALID_ARGUMENT
// names the attribute that is cut off or has a wrong size.
absl::StatusOr<std::optional<Link>> ParseLink(Bytes payload);

}  // namespace hostctl::host
