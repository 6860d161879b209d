#include "service/reconcile/interface_changes.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace hostctl::reconcile {
namespace {

// An interface as text, each part empty where it is not known.
struct Shown {
  std::string what;  // `eth2`, `macvlan on eth2`, `port of br0`
  std::string enabled;
  std::string mtu;
  std::string services;
};

using Interfaces = std::map<std::string, Shown, bool (*)(const std::string&, const std::string&)>;

std::string BoolText(bool value) {
  return value ? "true" : "false";
}

std::string WhatText(const host::Binding& binding, const store::InterfaceSettings& settings) {
  if (!settings.created.has_value()) return binding.device;
  const bool is_port = settings.created->kind == host::DeviceSpec::Kind::kBridgePort;
  return absl::StrCat(is_port ? "port of " : "macvlan on ", settings.created->parent);
}

Interfaces InterfacesOf(const store::DesiredState& state, const host::Snapshot& snapshot) {
  Interfaces all(host::VmkernelNameLess);
  for (const host::Binding& binding : state.bindings) {
    const auto found = state.interfaces.find(binding.name);
    const store::InterfaceSettings settings =
        found == state.interfaces.end() ? store::InterfaceSettings() : found->second;
    Shown& shown = all[binding.name];
    shown.what = WhatText(binding, settings);
    const host::Device* device = snapshot.Find(binding.name);
    if (device != nullptr) {
      shown.enabled = BoolText(device->up);
      shown.mtu = absl::StrCat(device->mtu);
    }
    if (settings.enabled.has_value()) shown.enabled = BoolText(*settings.enabled);
    if (settings.mtu.has_value()) shown.mtu = absl::StrCat(*settings.mtu);
    shown.services = absl::StrJoin(settings.services, ", ");
  }
  return all;
}

}  // namespace

bool SameInterfaces(const store::DesiredState& a, const store::DesiredState& b) {
  return a.bindings == b.bindings && a.interfaces == b.interfaces;
}

std::vector<Change> InterfaceChangesBetween(const store::DesiredState& before,
                                            const store::DesiredState& after,
                                            const host::Snapshot& snapshot) {
  Interfaces old_ones = InterfacesOf(before, snapshot);
  Interfaces new_ones = InterfacesOf(after, snapshot);
  for (const auto& entry : old_ones) new_ones.emplace(entry.first, Shown());
  std::vector<Change> changes;
  for (const auto& [name, now] : new_ones) {
    const auto former = old_ones.find(name);
    const Shown was = former == old_ones.end() ? Shown() : former->second;
    const std::string subject = absl::StrCat("interface.", name);
    const auto add = [&changes](const std::string& what, const std::string& from,
                                const std::string& to) {
      if (from != to) changes.push_back({what, from, to});
    };
    add(subject, was.what, now.what);
    if (now.what.empty()) continue;  // with it, all of its settings go
    add(subject + ".enabled", was.enabled, now.enabled);
    add(subject + ".mtu", was.mtu, now.mtu);
    add(subject + ".services", was.services, now.services);
  }
  return changes;
}

}  // namespace hostctl::reconcile
