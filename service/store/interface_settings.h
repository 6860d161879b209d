// What the user has set of VMkernel interfaces, as part of the stored document:
//
//   "interfaces": {"vmk3": {"created": {"kind": "macvlan", "parent": "eth2",
//                                       "mac": "02:5d:01:02:03:04"},
//                           "enabled": true, "mtu": 9000, "services": ["ptp"]}}
//
// A member that is absent means: not set, hostd leaves it alone.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "nlohmann/json.hpp"
#include "service/host/interfaces.h"

namespace hostctl::store {

// An MTU that no kernel takes: below IPv4's minimum (RFC 791), or beyond 64 KiB.
inline constexpr uint32_t kMinMtu = 68;
inline constexpr uint32_t kMaxMtu = 65536;

// The services an interface can be tagged for.
inline constexpr char kPtpService[] = "ptp";  // where PTP runs unless told otherwise
inline constexpr std::array<const char*, 1> kTaggableServices = {kPtpService};

// A device that hostd makes, and makes again when it is gone.
struct CreatedDevice {
  host::DeviceSpec::Kind kind = host::DeviceSpec::Kind::kMacvlan;
  std::string parent;  // bridge or device, as the user named it
  std::string mac;

  bool operator==(const CreatedDevice& o) const {
    return kind == o.kind && parent == o.parent && mac == o.mac;
  }
};

struct InterfaceSettings {
  std::optional<CreatedDevice> created;  // nothing: the device is none of ours
  std::optional<bool> enabled;
  std::optional<uint32_t> mtu;        // kMinMtu..kMaxMtu
  std::vector<std::string> services;  // of kTaggableServices, none twice

  bool operator==(const InterfaceSettings& o) const {
    return created == o.created && enabled == o.enabled && mtu == o.mtu && services == o.services;
  }
};

// By VMkernel name.
using Interfaces = std::map<std::string, InterfaceSettings>;

nlohmann::json ToJson(const Interfaces& interfaces);
// The first thing that is wrong goes into `status`, with its path.
Interfaces ReadInterfaces(const nlohmann::json& value, absl::Status& status);

}  // namespace hostctl::store
