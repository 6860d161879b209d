// From rtnetlink messages (RFC 3549, linux/rtnetlink.h) to a Snapshot. Pure:
// bytes in, values out; never reads past its input, whatever lengths it claims.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/host/interfaces.h"
#include "service/host/netlink_bytes.h"
#include "service/host/rtnetlink_link.h"

namespace hostctl::host {

// Collects the answers to the link, address and route dumps, in any order.
class SnapshotBuilder {
 public:
  // Takes one or more whole messages (struct nlmsghdr and payload, each padded
  // to 4 bytes). RTM_NEWLINK, RTM_NEWADDR and RTM_NEWROUTE are used, others
  // passed over. INVALID_ARGUMENT names the message and the attribute that is
  // cut off or has a wrong size; messages before that one are kept.
  absl::Status Add(Bytes messages);

  // What was collected: devices with their addresses, their gateway and the names of
  // their controller, parent and peer; and of the default routes of the main table the
  // one with the lowest metric. Addresses and routes of unknown devices are left out.
  Snapshot Build() const;

 private:
  absl::Status AddLink(Bytes payload);
  absl::Status AddAddress(Bytes payload);
  absl::Status AddRoute(Bytes payload);
  void Relate(const Link& link, Device& device) const;

  struct Addresses {
    std::vector<IpAddress> ipv4;
    std::vector<IpAddress> ipv6;
  };
  struct DefaultRoute {
    int index = 0;
    uint32_t metric = 0;
    bool main_table = false;
    std::string gateway;
  };
  std::map<int, Link> links_;
  std::map<int, Addresses> addresses_;
  std::vector<DefaultRoute> default_routes_;
};

}  // namespace hostctl::host
