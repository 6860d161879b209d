// See interfaces.h: what needs no kernel.
#include "service/host/interfaces.h"

#include <algorithm>

namespace hostctl::host {

const Device* Snapshot::Find(const std::string& name) const {
  if (name.empty()) return nullptr;
  for (const Device& device : devices) {
    if (device.name == name) return &device;
    const auto& names = device.alternative_names;
    if (std::find(names.begin(), names.end(), name) != names.end()) return &device;
  }
  return nullptr;
}

std::string KernelKind(DeviceSpec::Kind kind) {
  return kind == DeviceSpec::Kind::kBridgePort ? "veth" : "macvlan";
}

std::string PortNameOf(const std::string& device) {
  return device + "-p";
}

}  // namespace hostctl::host
