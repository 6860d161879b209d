#include "service/reconcile/interface_update.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/host/mac_address.h"
#include "service/host/resolve.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;
using host::Device;
using To = InterfaceAddition::To;

constexpr char kList[] = "hostctl network ip interface list";

std::string Quoted(const std::string& text) {
  return absl::StrCat("`", absl::CHexEscape(text.substr(0, 128)), "`");
}

bool IsBound(const store::DesiredState& state, const std::string& name) {
  return std::any_of(state.bindings.begin(), state.bindings.end(),
                     [&name](const host::Binding& binding) { return binding.name == name; });
}

// The lowest VMkernel name that nothing has.
std::string FreeName(const store::DesiredState& state, const host::Snapshot& snapshot) {
  for (int number = 0;; ++number) {
    std::string name = absl::StrCat("vmk", number);
    if (!IsBound(state, name) && snapshot.Find(name) == nullptr) return name;
  }
}

absl::Status CheckNewName(const std::string& name, const store::DesiredState& state,
                          const host::Snapshot& snapshot) {
  const std::string free = FreeName(state, snapshot);
  if (!host::IsVmkernelName(name)) {
    return Failure(StatusCode::kInvalidArgument,
                   absl::StrCat(Quoted(name), " is no VMkernel name: that is vmk and a number"),
                   {"INTERFACE_NAME_INVALID", "name", absl::StrCat("choose ", free)});
  }
  const Device* device = snapshot.Find(name);
  if (device == nullptr && !IsBound(state, name)) return absl::OkStatus();
  return Failure(StatusCode::kAlreadyExists,
                 absl::StrCat("there is an interface ", name, " already",
                              device == nullptr      ? ", whose device is away"
                              : device->name == name ? ""
                                                     : absl::StrCat(" (", device->name, ")")),
                 {"INTERFACE_EXISTS", "name", absl::StrCat("choose ", free)});
}

// The field of AddInterfaceRequest that holds the target.
const char* FieldOf(To to) {
  switch (to) {
    case To::kBridge:
      return "bridge";
    case To::kMacvlan:
      return "parent_device";
    case To::kDevice:
      break;
  }
  return "device";
}

absl::StatusOr<Device> FindTarget(const InterfaceAddition& addition,
                                  const host::Snapshot& snapshot) {
  const char* field = FieldOf(addition.to);
  const auto found = host::ResolveInterface(snapshot, addition.target);
  if (!found.ok()) {
    const bool loopback = absl::IsInvalidArgument(found.status()) && !addition.target.empty();
    return Failure(found.status().code(), std::string(found.status().message()),
                   {loopback                  ? "INTERFACE_IS_LOOPBACK"
                    : addition.target.empty() ? "INTERFACE_TARGET_REQUIRED"
                                              : "DEVICE_NOT_FOUND",
                    field, "ip link show"});
  }
  const Device& device = found->device;
  if (addition.to == To::kBridge && device.kind != "bridge") {
    return Failure(StatusCode::kInvalidArgument,
                   absl::StrCat(Quoted(addition.target), " is no bridge but a device of kind ",
                                device.kind, "; only a bridge can be given ports"),
                   {"DEVICE_NOT_A_BRIDGE", field,
                    absl::StrCat("hostctl network ip interface add --interface-name ",
                                 addition.name, " --device ", device.name, " --macvlan")});
  }
  const std::string vmk = host::VmkernelNameOf(device);
  if (addition.to == To::kDevice && !vmk.empty()) {
    return Failure(StatusCode::kAlreadyExists,
                   absl::StrCat("device ", device.name, " is interface ", vmk, " already"),
                   {"DEVICE_HAS_INTERFACE", field,
                    absl::StrCat("use ", vmk, ", or stand on the device with --macvlan")});
  }
  return device;
}

// `mtu` within what every kernel and then what this device takes; `below` is what a
// macvlan stands on, null for others.
absl::Status CheckMtu(int64_t mtu, const std::string& name, const Device* device,
                      const Device* below, const std::string& field) {
  int64_t low = store::kMinMtu;
  int64_t high = store::kMaxMtu;
  std::string limit = "any device";
  const auto narrow = [&](int64_t low_limit, int64_t high_limit, const std::string& whose) {
    if (low_limit > low || (high_limit > 0 && high_limit < high)) limit = whose;
    low = std::max(low, low_limit);
    if (high_limit > 0) high = std::min(high, high_limit);
  };
  if (device != nullptr) {
    narrow(device->min_mtu, device->max_mtu, absl::StrCat("device ", device->name));
  }
  if (below != nullptr) {
    narrow(0, below->mtu, absl::StrCat("device ", below->name, ", which ", name, " stands on,"));
  }
  if (mtu >= low && mtu <= high) return absl::OkStatus();
  return Failure(StatusCode::kInvalidArgument,
                 absl::StrCat("an MTU of ", mtu, " for ", name, " is not within ", low, " to ",
                              high, ", which ", limit, " allows"),
                 {"MTU_OUT_OF_RANGE", field,
                  absl::StrCat("hostctl network ip interface set --interface-name ", name,
                               " --mtu ", std::max(low, std::min(int64_t{1500}, high)))});
}

absl::StatusOr<std::string> NewMac(const InterfaceAddition& addition,
                                   const std::string& made_up_mac) {
  if (addition.mac.empty()) return made_up_mac;
  auto mac = host::ParseMac(addition.mac);
  if (mac.ok()) return mac;
  return Failure(StatusCode::kInvalidArgument, std::string(mac.status().message()),
                 {"MAC_ADDRESS_INVALID", "mac_address", "leave it out, and one is made up"});
}

absl::Status CheckServices(const std::string& name, const std::vector<std::string>& services) {
  for (const std::string& service : services) {
    const auto& known = store::kTaggableServices;
    if (std::find(known.begin(), known.end(), service) != known.end()) continue;
    return Failure(StatusCode::kInvalidArgument,
                   absl::StrCat("there is no service ", Quoted(service),
                                " to tag an interface for; there is ", absl::StrJoin(known, ", ")),
                   {"SERVICE_UNKNOWN", "config.services",
                    absl::StrCat("hostctl network ip interface set --interface-name ", name,
                                 " --service ", known.front())});
  }
  return absl::OkStatus();
}

void Bind(store::DesiredState& state, const host::Binding& binding) {
  const auto place = std::find_if(state.bindings.begin(), state.bindings.end(),
                                  [&binding](const host::Binding& other) {
                                    return host::VmkernelNameLess(binding.name, other.name);
                                  });
  state.bindings.insert(place, binding);
}

// That bringing the interface down does not cut the host off.
absl::Status CheckMayGoDown(const std::string& name, const host::Snapshot& snapshot, bool force) {
  const Device* device = snapshot.Find(name);
  if (force || device == nullptr || snapshot.default_route_index != device->index) {
    return absl::OkStatus();
  }
  return Failure(StatusCode::kFailedPrecondition,
                 absl::StrCat(name, " (", device->name,
                              ") holds the default route: without it this host may not be "
                              "reached any more"),
                 {"INTERFACE_HOLDS_DEFAULT_ROUTE", "config.enabled",
                  absl::StrCat("hostctl network ip interface set --interface-name ", name,
                               " --enabled=false --force")});
}

}  // namespace

absl::StatusOr<host::Binding> FindInterface(const store::DesiredState& state,
                                            const host::Snapshot& snapshot, const std::string& name,
                                            const std::string& field) {
  const Device* device = snapshot.Find(name);
  for (const host::Binding& binding : state.bindings) {
    if (binding.name == name) return binding;
  }
  for (const host::Binding& binding : state.bindings) {
    if (device != nullptr && snapshot.Find(binding.name) == device) return binding;
  }
  if (device != nullptr && !device->loopback) {
    return Failure(StatusCode::kNotFound,
                   absl::StrCat("device ", device->name, " is no VMkernel interface"),
                   {"INTERFACE_NOT_FOUND", field,
                    absl::StrCat("hostctl network ip interface add --interface-name ",
                                 FreeName(state, snapshot), " --device ", device->name)});
  }
  const absl::Status none = host::ResolveInterface(snapshot, name).status();
  return Failure(StatusCode::kNotFound, std::string(none.message()),
                 {"INTERFACE_NOT_FOUND", field, kList});
}

std::vector<std::string> UsersOf(const store::DesiredState& state, const host::Snapshot& snapshot,
                                 const std::string& name) {
  const Device* device = snapshot.Find(name);
  const auto is_it = [&](const std::string& other) {
    return other == name || (device != nullptr && snapshot.Find(other) == device);
  };
  std::vector<std::string> users;
  const auto& watched = state.ptp.watch_interfaces;
  if (state.ptp.enabled &&
      (is_it(state.ptp.interface) || std::any_of(watched.begin(), watched.end(), is_it))) {
    users.emplace_back("ptpd");
  }
  for (const auto& [other, settings] : state.interfaces) {
    if (settings.created.has_value() && is_it(settings.created->parent)) users.push_back(other);
  }
  return users;
}

absl::StatusOr<std::string> InterfaceTaggedFor(const store::DesiredState& state,
                                               const std::string& service) {
  std::vector<std::string> tagged;
  for (const auto& [name, settings] : state.interfaces) {
    const auto& services = settings.services;
    if (std::find(services.begin(), services.end(), service) != services.end()) {
      tagged.push_back(name);
    }
  }
  if (tagged.size() <= 1) return tagged.empty() ? "" : tagged.front();
  return Failure(StatusCode::kInvalidArgument,
                 absl::StrCat("several interfaces are tagged for ", service, ": ",
                              absl::StrJoin(tagged, ", ")),
                 {"INTERFACE_REQUIRED", "config.interface",
                  absl::StrCat("hostctl system ptp set --enable --interface ", tagged.front())});
}

absl::StatusOr<store::DesiredState> ApplyInterfaceAddition(const store::DesiredState& current,
                                                           const InterfaceAddition& addition,
                                                           const host::Snapshot& snapshot,
                                                           const std::string& made_up_mac) {
  absl::Status checked = CheckNewName(addition.name, current, snapshot);
  if (!checked.ok()) return checked;
  const auto target = FindTarget(addition, snapshot);
  if (!target.ok()) return target.status();
  store::DesiredState wanted = current;
  store::InterfaceSettings settings;
  if (addition.to == To::kDevice) {
    if (!addition.mac.empty()) {
      return Failure(StatusCode::kInvalidArgument,
                     absl::StrCat("the MAC address of a device that there is, ", target->name,
                                  ", is not changed"),
                     {"MAC_ADDRESS_INVALID", "mac_address", "leave it out"});
    }
    Bind(wanted, {addition.name, target->permanent_mac, target->name, target->kind});
  } else {
    const auto mac = NewMac(addition, made_up_mac);
    if (!mac.ok()) return mac.status();
    const auto kind = addition.to == To::kBridge ? host::DeviceSpec::Kind::kBridgePort
                                                 : host::DeviceSpec::Kind::kMacvlan;
    settings.created = store::CreatedDevice{kind, addition.target, *mac};
    Bind(wanted, {addition.name, *mac, addition.name, host::KernelKind(kind)});
  }
  if (addition.mtu.has_value()) {
    const bool is_target = addition.to == To::kDevice;
    checked = CheckMtu(*addition.mtu, addition.name, is_target ? &*target : nullptr,
                       addition.to == To::kMacvlan ? &*target : nullptr, "mtu");
    if (!checked.ok()) return checked;
    settings.mtu = static_cast<uint32_t>(*addition.mtu);
  }
  if (!(settings == store::InterfaceSettings())) wanted.interfaces[addition.name] = settings;
  return wanted;
}

absl::StatusOr<store::DesiredState> ApplyInterfaceUpdate(const store::DesiredState& current,
                                                         const InterfaceUpdate& update,
                                                         const host::Snapshot& snapshot) {
  const auto binding = FindInterface(current, snapshot, update.name, "name");
  if (!binding.ok()) return binding.status();
  const std::string& name = binding->name;
  store::DesiredState wanted = current;
  store::InterfaceSettings& settings = wanted.interfaces[name];
  absl::Status checked;
  if (update.enabled.has_value()) {
    if (!*update.enabled) checked = CheckMayGoDown(name, snapshot, update.force);
    if (!checked.ok()) return checked;
    settings.enabled = *update.enabled;
  }
  if (update.mtu.has_value()) {
    const Device* device = snapshot.Find(name);
    const bool stands = device != nullptr && device->kind == "macvlan";
    checked = CheckMtu(*update.mtu, name, device, stands ? snapshot.Find(device->parent) : nullptr,
                       "config.mtu");
    if (!checked.ok()) return checked;
    settings.mtu = static_cast<uint32_t>(*update.mtu);
  }
  if (update.services.has_value()) {
    checked = CheckServices(name, *update.services);
    if (!checked.ok()) return checked;
    settings.services = *update.services;
    std::sort(settings.services.begin(), settings.services.end());
    settings.services.erase(std::unique(settings.services.begin(), settings.services.end()),
                            settings.services.end());
  }
  if (settings == store::InterfaceSettings()) wanted.interfaces.erase(name);
  return wanted;
}

absl::StatusOr<store::DesiredState> ApplyInterfaceRemoval(const store::DesiredState& current,
                                                          const std::string& name,
                                                          const host::Snapshot& snapshot) {
  const auto binding = FindInterface(current, snapshot, name, "name");
  if (!binding.ok()) return binding.status();
  const std::vector<std::string> users = UsersOf(current, snapshot, binding->name);
  if (!users.empty()) {
    const bool by_ptp = users.front() == "ptpd";
    return Failure(
        StatusCode::kFailedPrecondition,
        absl::StrCat("interface ", binding->name, " is in use by ", absl::StrJoin(users, ", ")),
        {"INTERFACE_IN_USE", "name",
         by_ptp ? "hostctl system ptp set --interface OTHER, or --disable"
                : absl::StrCat("hostctl network ip interface remove --interface-name ",
                               users.front())});
  }
  const auto settings = current.interfaces.find(binding->name);
  const bool ours = settings != current.interfaces.end() && settings->second.created.has_value();
  const Device* device = snapshot.Find(binding->name);
  if (!ours && device != nullptr && device->name == binding->name) {
    return Failure(
        StatusCode::kFailedPrecondition,
        absl::StrCat(binding->name, " is the device's own name, not one that hostd gave"),
        {"INTERFACE_IS_DEVICE", "name",
         absl::StrCat("ip link delete ", binding->name, ", or rename the device")});
  }
  store::DesiredState wanted = current;
  wanted.interfaces.erase(binding->name);
  wanted.bindings.erase(std::remove(wanted.bindings.begin(), wanted.bindings.end(), *binding),
                        wanted.bindings.end());
  wanted.adopt_interfaces = false;
  return wanted;
}

}  // namespace hostctl::reconcile
