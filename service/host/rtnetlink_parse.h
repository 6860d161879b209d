// From rtnetlink messages (RFC 3549, linux/rtnetlink.h) to a Snapshot. Pure:
// bytes in, values out; never reads past its input, whatever lengths it claims.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "service/host/interfaces.h"

namespace hostctl::host {

// Collects the answers to the link, address and route dumps, in any order.
class SnapshotBuilder {
 public:
  // Takes one or more whole messages (struct nlmsghdr and payload, each padded
  // to 4 bytes). RTM_NEWLINK, RTM_NEWADDR and RTM_NEWROUTE are used, others
  // passed over. INVALID_ARGUMENT names the message and the attribute that is
  // cut off or has a wrong size; messages before that one are kept.
  absl::Status Add(absl::Span<const uint8_t> messages);

  // What was collected: addresses with their devices, ports with the name of
  // their controller, and of the default routes of the main table the one with
  // the lowest metric. Addresses and routes of unknown devices are left out.
  Snapshot Build() const;

 private:
  absl::Status AddLink(absl::Span<const uint8_t> payload);
  absl::Status AddAddress(absl::Span<const uint8_t> payload);
  absl::Status AddRoute(absl::Span<const uint8_t> payload);

  struct Link {
    Device device;
    int controller_index = 0;
  };
  struct DefaultRoute {
    int index = 0;
    uint32_t metric = 0;
  };
  std::map<int, Link> links_;
  std::map<int, std::vector<Ipv4Address>> addresses_;
  std::vector<DefaultRoute> default_routes_;
};

}  // namespace hostctl::host
