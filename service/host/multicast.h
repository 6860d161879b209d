// The multicast groups that devices have joined, from the text of /proc/net/igmp
// and /proc/net/igmp6. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace hostctl::host {

struct MulticastGroup {
  int index = 0;       // of the device
  std::string device;  // its name
  std::string group;   // `224.0.1.129`, `ff02::1`
  int users = 0;       // sockets and parts of the kernel that asked for it; at least 1

  bool operator==(const MulticastGroup& o) const {
    return index == o.index && device == o.device && group == o.group && users == o.users;
  }
};

// INVALID_ARGUMENT names the line that is not as the kernel writes it.
absl::StatusOr<std::vector<MulticastGroup>> ParseIgmp(const std::string& text);
absl::StatusOr<std::vector<MulticastGroup>> ParseIgmp6(const std::string& text);

}  // namespace hostctl::host
