#include "service/reconcile/link_plan.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

namespace hostctl::reconcile {
namespace {

using host::Device;
using host::DeviceSpec;
using store::InterfaceSettings;

template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

DeviceSpec SpecOf(const std::string& name, const InterfaceSettings& settings) {
  return {settings.created->kind,   name,
          settings.created->parent, settings.created->mac,
          settings.mtu.value_or(0), settings.enabled.value_or(true)};
}

// Whether the device that has the name is the one we made, or at least could be.
bool IsOurs(const Device& device, const InterfaceSettings& settings) {
  return device.kind == host::KernelKind(settings.created->kind);
}

void PlanCreation(const std::string& name, const InterfaceSettings& settings,
                  const host::Snapshot& snapshot, LinkPlan& plan) {
  const std::string& parent = settings.created->parent;
  const bool is_port = settings.created->kind == DeviceSpec::Kind::kBridgePort;
  const Device* parent_device = snapshot.Find(parent);
  if (parent_device == nullptr || (is_port && parent_device->kind != "bridge")) {
    plan.conditions.push_back(
        {"INTERFACE_PARENT_MISSING",
         absl::StrCat("the interface ", name, " cannot be made: there is no ",
                      is_port ? "bridge " : "device ", parent),
         absl::StrCat("bring ", parent, " back, or `hostctl network ip interface remove ",
                      "--interface-name ", name, "`")});
    return;
  }
  plan.steps.emplace_back(CreateDevice{SpecOf(name, settings)});
}

void PlanAttachment(const Device& device, const InterfaceSettings& settings,
                    const host::Snapshot& snapshot, LinkPlan& plan) {
  if (settings.created->kind != DeviceSpec::Kind::kBridgePort) return;
  const Device* port = snapshot.Find(device.peer);
  const Device* bridge = snapshot.Find(settings.created->parent);
  if (port == nullptr || bridge == nullptr || bridge->kind != "bridge") return;
  if (port->controller == bridge->name) return;
  plan.steps.emplace_back(AttachPort{port->name, port->controller, bridge->name});
}

void PlanSettings(const Device& device, const InterfaceSettings& settings,
                  const host::Snapshot& snapshot, LinkPlan& plan) {
  if (settings.mtu.has_value()) {
    // A packet that its other end would not take is lost.
    const bool is_pair = settings.created.has_value();
    for (const Device* end : {&device, is_pair ? snapshot.Find(device.peer) : nullptr}) {
      if (end == nullptr || end->mtu == *settings.mtu) continue;
      plan.steps.emplace_back(SetMtu{end->name, end->mtu, *settings.mtu});
    }
  }
  if (settings.enabled.has_value() && device.up != *settings.enabled) {
    plan.steps.emplace_back(SetState{device.name, *settings.enabled});
  }
}

// The steps for one interface that shall be there with `settings`.
void PlanInterface(const std::string& name, const InterfaceSettings& settings,
                   const host::Snapshot& snapshot, LinkPlan& plan) {
  const Device* device = snapshot.Find(name);
  if (!settings.created.has_value()) {
    if (device != nullptr) PlanSettings(*device, settings, snapshot, plan);
    return;
  }
  if (device == nullptr) return PlanCreation(name, settings, snapshot, plan);
  if (!IsOurs(*device, settings)) {
    plan.conditions.push_back(
        {"INTERFACE_NAME_TAKEN",
         absl::StrCat("the interface ", name, " is a device of kind ", device->kind,
                      " that somebody else made, not the ",
                      host::KernelKind(settings.created->kind), " that hostd was told to make"),
         absl::StrCat("rename or delete that device: ip link show ", name)});
    return;
  }
  PlanAttachment(*device, settings, snapshot, plan);
  PlanSettings(*device, settings, snapshot, plan);
}

InterfaceSettings SettingsOf(const store::DesiredState& state, const std::string& name) {
  const auto found = state.interfaces.find(name);
  return found == state.interfaces.end() ? InterfaceSettings() : found->second;
}

const host::Binding* FindBinding(const store::DesiredState& state, const std::string& name) {
  const auto found =
      std::find_if(state.bindings.begin(), state.bindings.end(),
                   [&name](const host::Binding& binding) { return binding.name == name; });
  return found == state.bindings.end() ? nullptr : &*found;
}

void PlanRemoval(const std::string& name, const InterfaceSettings& settings,
                 const host::Snapshot& snapshot, LinkPlan& plan) {
  const Device* device = snapshot.Find(name);
  if (device == nullptr) return;
  if (settings.created.has_value() && IsOurs(*device, settings)) {
    plan.last_steps.emplace_back(DeleteDevice{SpecOf(name, settings)});
  } else if (device->name != name) {
    plan.steps.emplace_back(RemoveName{device->name, name});
  }
}

}  // namespace

LinkStep Inverse(const LinkStep& step) {
  return std::visit(
      Overloaded{[](const CreateDevice& s) -> LinkStep { return DeleteDevice{s.spec}; },
                 [](const DeleteDevice& s) -> LinkStep { return CreateDevice{s.spec}; },
                 [](const AddName& s) -> LinkStep {
                   return RemoveName{s.device, s.name};
                 },
                 [](const RemoveName& s) -> LinkStep {
                   return AddName{s.device, s.name};
                 },
                 [](const SetMtu& s) -> LinkStep {
                   return SetMtu{s.device, s.after, s.before};
                 },
                 [](const SetState& s) -> LinkStep {
                   return SetState{s.device, !s.up};
                 },
                 [](const AttachPort& s) -> LinkStep {
                   return AttachPort{s.device, s.after, s.before};
                 }},
      step);
}

std::string Describe(const LinkStep& step) {
  return std::visit(
      Overloaded{
          [](const CreateDevice& s) {
            const bool is_port = s.spec.kind == DeviceSpec::Kind::kBridgePort;
            return absl::StrCat("make ", s.spec.name,
                                is_port ? " as a port of " : " as a macvlan on ", s.spec.parent);
          },
          [](const DeleteDevice& s) { return absl::StrCat("delete ", s.spec.name); },
          [](const AddName& s) { return absl::StrCat("name ", s.device, " ", s.name); },
          [](const RemoveName& s) {
            return absl::StrCat("take the name ", s.name, " from ", s.device);
          },
          [](const SetMtu& s) { return absl::StrCat("give ", s.device, " an MTU of ", s.after); },
          [](const SetState& s) {
            return absl::StrCat("bring ", s.device, s.up ? " up" : " down");
          },
          [](const AttachPort& s) {
            return s.after.empty() ? absl::StrCat("take ", s.device, " out of ", s.before)
                                   : absl::StrCat("make ", s.device, " a port of ", s.after);
          }},
      step);
}

LinkPlan PlanLinkChange(const store::DesiredState& before, const store::DesiredState& wanted,
                        const host::Snapshot& snapshot) {
  LinkPlan plan;
  for (const host::Binding& binding : before.bindings) {
    if (FindBinding(wanted, binding.name) != nullptr) continue;
    PlanRemoval(binding.name, SettingsOf(before, binding.name), snapshot, plan);
  }
  for (const host::Binding& binding : wanted.bindings) {
    const std::string& name = binding.name;
    const InterfaceSettings settings = SettingsOf(wanted, name);
    const bool is_new = FindBinding(before, name) == nullptr;
    if (!is_new && settings == SettingsOf(before, name)) continue;
    if (is_new && !settings.created.has_value()) {
      const Device* device = snapshot.Find(binding.device);
      if (device == nullptr) continue;
      plan.steps.emplace_back(AddName{device->name, name});
      PlanSettings(*device, settings, snapshot, plan);
    } else {
      PlanInterface(name, settings, snapshot, plan);
    }
  }
  return plan;
}

LinkPlan PlanLinkRepair(const store::DesiredState& wanted, const host::Snapshot& snapshot) {
  LinkPlan plan;
  for (const auto& [name, settings] : wanted.interfaces) {
    PlanInterface(name, settings, snapshot, plan);
  }
  return plan;
}

}  // namespace hostctl::reconcile
