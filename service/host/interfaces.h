// The network devices of this host and their VMkernel names, read from and
// written to the kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/host/multicast.h"
#include "service/host/timestamping.h"

namespace hostctl::host {

// Where an address comes from, as far as the kernel knows.
enum class AddressOrigin {
  kStatic,     // set by hand or by a program, for good
  kDhcp,       // IPv4 with a lifetime: leased
  kAutoconf,   // IPv6 with a lifetime: router advertisements (RFC 4862) or DHCPv6
  kLinkLocal,  // IPv6 fe80::/10, made by the kernel
};

struct IpAddress {
  std::string address;  // `192.0.2.1`, `2001:db8::1`
  int prefix_length = 32;
  std::string broadcast = {};  // IPv4; empty where there is none
  AddressOrigin origin = AddressOrigin::kStatic;
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
  std::vector<IpAddress> ipv4;
  std::vector<IpAddress> ipv6;
  std::string ipv4_gateway;  // of its default route with the lowest metric; empty if none
  uint32_t min_mtu = 0;      // 0: the kernel sets no limit
  uint32_t max_mtu = 0;      // likewise
  std::string parent;        // device it stands on (macvlan, VLAN); empty if none
  std::string peer;          // other end of a veth pair, when it is in this network namespace
  std::optional<uint16_t> vlan_id;  // of a VLAN device
  std::string label;                // what `ip link set DEVICE alias TEXT` set
  std::string vrf;                  // the VRF it belongs to; empty: the main tables
};

// Everything at one moment.
struct Snapshot {
  std::vector<Device> devices;  // sorted by index
  std::optional<int>
      default_route_index;  // device of the IPv4 default route with the lowest metric

  // Finds a device by its name or one of its alternative names; null if there is none.
  const Device* Find(const std::string& name) const;
};

// A device to be made.
struct DeviceSpec {
  enum class Kind {
    kBridgePort,  // a veth pair: one end is the device, the other a port of `parent`
    kMacvlan,     // on `parent`, in bridge mode
  };
  Kind kind = Kind::kMacvlan;
  std::string name;    // of the device itself, at most 13 characters
  std::string parent;  // its bridge or the device below, by any of its names
  std::string mac;     // `02:00:00:00:00:01`
  uint32_t mtu = 0;    // 0: the kernel's choice; of both ends of a pair
  bool up = true;      // the port in a bridge is up always
};

// What IFLA_INFO_KIND says of such a device: `veth` or `macvlan`.
std::string KernelKind(DeviceSpec::Kind kind);

// The other end of the pair that kBridgePort makes.
std::string PortNameOf(const std::string& device);

// The kernel's list of network devices. Not thread-safe.
//
// Those that change something fail with PERMISSION_DENIED without CAP_NET_ADMIN,
// NOT_FOUND where the device is gone, and else with what the kernel says of it.
class Interfaces {
 public:
  virtual ~Interfaces() = default;

  virtual absl::StatusOr<Snapshot> Read() = 0;

  // Gives the device a further name. ALREADY_EXISTS if some device has it.
  virtual absl::Status AddAlternativeName(int index, const std::string& name) = 0;
  virtual absl::Status RemoveAlternativeName(int index, const std::string& name) = 0;

  // Makes the device: all of it or nothing. ALREADY_EXISTS if some device has the
  // name, NOT_FOUND without the parent.
  virtual absl::Status Create(const DeviceSpec& spec) = 0;
  // Unmakes a device made by software; the other end of a veth pair goes with it.
  virtual absl::Status Delete(int index) = 0;
  virtual absl::Status SetMtu(int index, uint32_t mtu) = 0;
  virtual absl::Status SetUp(int index, bool up) = 0;
  // Makes the device a port of the bridge with index `controller`; 0: of none.
  virtual absl::Status SetController(int index, int controller) = 0;

  // How the device can timestamp packets.
  virtual absl::StatusOr<Timestamping> ReadTimestamping(const std::string& device) = 0;
  // The multicast groups that every device has joined, by index, IPv4 before IPv6.
  virtual absl::StatusOr<std::vector<MulticastGroup>> ReadMulticastGroups() = 0;
  // The network namespace all this is in, as people call it: its name under
  // /run/netns, or `defaultTcpipStack` for the host's own, as esxcli calls that.
  virtual std::string netstack() const = 0;

  // Becomes readable when links, addresses or routes changed; -1 where there is
  // nothing to watch. Owned by this object.
  virtual int change_fd() const = 0;
  // Reads away what made change_fd() readable.
  virtual void DrainChanges() = 0;
};

}  // namespace hostctl::host
