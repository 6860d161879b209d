// See binding.h.
#include "service/host/binding.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace hostctl::host {
namespace {

constexpr char kPrefix[] = "vmk";
constexpr size_t kPrefixLength = sizeof kPrefix - 1;

struct NumberOrder {
  bool operator()(const std::string& a, const std::string& b) const {
    return VmkernelNameLess(a, b);
  }
};
// From VMkernel name to binding, in the order of their numbers.
using Bindings = std::map<std::string, Binding, NumberOrder>;

Binding BindingOf(const std::string& name, const Device& device) {
  return {name, device.permanent_mac, device.name, device.kind};
}

bool IsSoftware(const std::string& kind) {
  return !kind.empty() && kind != "physical";
}

bool KindMayBe(const Binding& binding, const Device& device) {
  return binding.kind.empty() || binding.kind == device.kind;
}

// How many devices `mac` could mean, where one of kind `kind` is looked for. A
// physical device's own address is burnt in; that a bridge or VLAN on top of it
// borrows the address takes nothing from that.
int DevicesWithMac(const Snapshot& snapshot, const std::string& mac, const std::string& kind) {
  return static_cast<int>(
      std::count_if(snapshot.devices.begin(), snapshot.devices.end(), [&](const Device& device) {
        return device.permanent_mac == mac && !device.loopback &&
               (kind != "physical" || device.kind == kind);
      }));
}

// Whether a binding to another device name lays claim to `mac` (as above).
bool ClaimedElsewhere(const Bindings& remembered, const std::string& mac, const std::string& kind,
                      const std::string& device) {
  return std::any_of(remembered.begin(), remembered.end(), [&](const auto& entry) {
    const Binding& other = entry.second;
    return other.permanent_mac == mac && other.device != device &&
           (kind != "physical" || other.kind == kind);
  });
}

// Rule 2 of binding.h; null when the device is away.
const Device* FindDevice(const Snapshot& snapshot, const Bindings& remembered,
                         const Binding& binding) {
  const std::string& mac = binding.permanent_mac;
  const Device* by_name = nullptr;
  const Device* by_mac = nullptr;
  for (const Device& device : snapshot.devices) {
    if (device.loopback) continue;
    if (device.name == binding.device) by_name = &device;
    if (!mac.empty() && device.permanent_mac == mac && KindMayBe(binding, device)) by_mac = &device;
  }
  if (by_name != nullptr && !mac.empty() && by_name->permanent_mac == mac) return by_name;

  if (by_mac != nullptr && DevicesWithMac(snapshot, mac, binding.kind) == 1 &&
      !ClaimedElsewhere(remembered, mac, binding.kind, binding.device)) {
    return by_mac;
  }

  if (by_name == nullptr || !KindMayBe(binding, *by_name)) return nullptr;
  const std::string& its_mac = by_name->permanent_mac;
  if (mac.empty() || its_mac.empty()) return by_name;
  // By its address it is some other device that is remembered, under the wrong name.
  if (ClaimedElsewhere(remembered, its_mac, by_name->kind, by_name->name)) return nullptr;
  return IsSoftware(binding.kind) ? by_name : nullptr;
}

// Rule 1: what the devices carry. `changes` gets what loopback must give back.
Bindings ReadCarriedNames(const Snapshot& snapshot, std::vector<NameChange>& changes) {
  Bindings carried;
  for (const Device& device : snapshot.devices) {
    if (!device.loopback && IsVmkernelName(device.name)) {
      carried.emplace(device.name, BindingOf(device.name, device));
    }
    for (const std::string& name : device.alternative_names) {
      if (!IsVmkernelName(name)) continue;
      if (device.loopback) {
        changes.push_back({device.index, device.name, name, false});
      } else {
        carried.emplace(name, BindingOf(name, device));
      }
    }
  }
  return carried;
}

// Rule 3: the devices to adopt, vmk0 first.
std::vector<const Device*> DevicesToAdopt(const Snapshot& snapshot) {
  std::vector<const Device*> found;
  for (const Device& device : snapshot.devices) {
    if (device.loopback || !device.controller.empty()) continue;
    if (snapshot.default_route_index == device.index) {
      found.insert(found.begin(), &device);
    } else if (device.up && !device.ipv4.empty()) {
      found.push_back(&device);
    }
  }
  return found;
}

// Whether a device itself is called `name`, so that it can be given to no other.
bool IsDeviceName(const Snapshot& snapshot, const std::string& name) {
  return std::any_of(snapshot.devices.begin(), snapshot.devices.end(),
                     [&name](const Device& device) { return device.name == name; });
}

void Adopt(const Snapshot& snapshot, BindingPlan& plan) {
  uint32_t number = 0;
  for (const Device* device : DevicesToAdopt(snapshot)) {
    std::string name = absl::StrCat(kPrefix, number++);
    while (IsDeviceName(snapshot, name)) name = absl::StrCat(kPrefix, number++);
    plan.bindings.push_back(BindingOf(name, *device));
    plan.changes.push_back({device->index, device->name, name, true});
  }
}

}  // namespace

bool IsVmkernelName(const std::string& name) {
  if (name.compare(0, kPrefixLength, kPrefix) != 0) return false;
  const std::string digits = name.substr(kPrefixLength);
  uint32_t number = 0;
  // Only the one way of writing a number writes it back the same.
  return absl::SimpleAtoi(digits, &number) && absl::StrCat(number) == digits;
}

bool VmkernelNameLess(const std::string& a, const std::string& b) {
  // Without leading zeros the shorter number is the lower one.
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

BindingPlan PlanBindings(const Snapshot& snapshot, const std::vector<Binding>& remembered,
                         bool adopt) {
  BindingPlan plan;
  Bindings current = ReadCarriedNames(snapshot, plan.changes);
  Bindings known;
  for (const Binding& binding : remembered) {
    if (IsVmkernelName(binding.name)) known.emplace(binding.name, binding);
  }
  if (current.empty() && known.empty()) {
    if (adopt) Adopt(snapshot, plan);
    return plan;
  }
  for (const auto& [name, binding] : known) {
    if (current.count(name) != 0) continue;
    // A loopback device that is itself called so cannot give the name away.
    const Device* device =
        IsDeviceName(snapshot, name) ? nullptr : FindDevice(snapshot, known, binding);
    current.emplace(name, device == nullptr ? binding : BindingOf(name, *device));
    if (device != nullptr) plan.changes.push_back({device->index, device->name, name, true});
  }
  for (auto& entry : current) plan.bindings.push_back(std::move(entry.second));
  return plan;
}

}  // namespace hostctl::host
