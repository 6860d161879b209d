#include "service/reconcile/interface_view.h"

#include "absl/strings/str_cat.h"
#include "service/reconcile/interface_update.h"

namespace hostctl::reconcile {
namespace {

std::string PortsetOf(const host::Device& device, const host::Snapshot& snapshot) {
  if (!device.controller.empty()) return device.controller;
  // Of a pair it is the other end that is plugged in.
  const host::Device* peer = snapshot.Find(device.peer);
  if (peer != nullptr) return peer->controller;
  return device.kind == "macvlan" ? device.parent : "";
}

std::string PortgroupOf(const host::Device& device) {
  if (!device.label.empty()) return device.label;
  return device.vlan_id.has_value() ? absl::StrCat("VLAN ", *device.vlan_id) : "";
}

}  // namespace

InterfaceView ViewInterface(const host::Binding& binding, const store::DesiredState& state,
                            const host::Snapshot& snapshot, const std::string& netstack) {
  InterfaceView view;
  view.binding = binding;
  view.netstack = netstack;
  view.used_by = UsersOf(state, snapshot, binding.name);
  const auto settings = state.interfaces.find(binding.name);
  if (settings != state.interfaces.end()) {
    view.services = settings->second.services;
    view.created = settings->second.created.has_value();
  }
  const host::Device* device = snapshot.Find(binding.name);
  if (device == nullptr) return view;
  view.device = *device;
  view.portset = PortsetOf(*device, snapshot);
  view.portgroup = PortgroupOf(*device);
  if (!device->vrf.empty()) view.netstack = device->vrf;
  return view;
}

std::vector<GroupView> ViewGroups(const std::vector<std::string>& names,
                                  const host::Snapshot& snapshot,
                                  const std::vector<host::MulticastGroup>& groups) {
  std::vector<GroupView> views;
  for (const std::string& name : names) {
    const host::Device* device = snapshot.Find(name);
    if (device == nullptr) continue;
    for (const host::MulticastGroup& group : groups) {
      if (group.index == device->index) views.push_back({name, group});
    }
  }
  return views;
}

}  // namespace hostctl::reconcile
