// Looking a device up by any of its names.
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

}  // namespace hostctl::host
