// The network devices of this host and their VMkernel names, read from and
// written to the kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace hostctl::host {

struct Ipv4Address {
  std::string address;  // `192.0.2.1`
  int prefix_length = 32;
};

struct Device {
  int index = 0;
  std::string name;                            // `eth0`
  std::vector<std::string> alternative_names;  // `vmk0`, `enp1s0`
  std::string mac;                             // `02:00:00:00:00:01`; empty where it has none
  std::string permanent_mac;                   // the permanent one, else `mac`
  std::string kind;        // `physical`, `veth`, `bridge`, `vlan`, `loopback`, ...
  std::string controller;  // bridge or bond it is a port of; empty if none
  bool loopback = false;
  bool up = false;       // IFF_UP
  bool running = false;  // IFF_RUNNING: has carrier
  uint32_t mtu = 0;
  std::vector<Ipv4Address> ipv4;
};

// Everything at one moment.
struct Snapshot {
  std::vector<Device> devices;  // sorted by index
  std::optional<int>
      default_route_index;  // device of the IPv4 default route with the lowest metric

  // Finds a device by its name or one of its alternative names; null if there is none.
  const Device* Find(const std::string& name) const;
};

// The kernel's list of network devices. Not thread-safe.
class Interfaces {
 public:
  virtual ~Interfaces() = default;

  virtual absl::StatusOr<Snapshot> Read() = 0;

  // Gives the device a further name. ALREADY_EXISTS if some device has it;
  // PERMISSION_DENIED without CAP_NET_ADMIN.
  virtual absl::Status AddAlternativeName(int index, const std::string& name) = 0;
  virtual absl::Status RemoveAlternativeName(int index, const std::string& name) = 0;

  // Becomes readable when links, addresses or routes changed; -1 where there is
  // nothing to watch. Owned by this object.
  virtual int change_fd() const = 0;
  // Reads away what made change_fd() readable.
  virtual void DrainChanges() = 0;
};

}  // namespace hostctl::host
