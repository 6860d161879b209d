// The reconciler's calls that are about interfaces.
#include "service/host/mac_address.h"
#include "service/host/resolve.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/interface_update.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {

absl::StatusOr<InterfaceSetResult> Reconciler::SetInterface(const std::string& name,
                                                            const Edit& edit, bool validate_only) {
  store::DesiredState wanted;
  auto changes = Set(
      [&] {
        auto edited = edit();
        if (edited.ok()) wanted = *edited;
        return edited;
      },
      validate_only);
  if (on_set_ != nullptr) on_set_();
  if (!changes.ok()) return changes.status();
  InterfaceSetResult result;
  result.changes = *std::move(changes);
  const auto binding = FindInterface(wanted, snapshot_, name, "name");
  if (binding.ok()) result.interface = ViewOf(*binding, wanted);
  return result;
}

absl::StatusOr<InterfaceSetResult> Reconciler::AddInterface(const InterfaceAddition& addition,
                                                            bool validate_only) {
  const Work work(*this);
  return SetInterface(
      addition.name,
      [&] { return ApplyInterfaceAddition(desired_, addition, snapshot_, host::RandomMac()); },
      validate_only);
}

absl::StatusOr<InterfaceSetResult> Reconciler::UpdateInterface(const InterfaceUpdate& update,
                                                               bool validate_only) {
  const Work work(*this);
  return SetInterface(
      update.name, [&] { return ApplyInterfaceUpdate(desired_, update, snapshot_); },
      validate_only);
}

absl::StatusOr<std::vector<Change>> Reconciler::RemoveInterface(const std::string& name,
                                                                bool validate_only) {
  const Work work(*this);
  auto done = SetInterface(
      name, [&] { return ApplyInterfaceRemoval(desired_, name, snapshot_); }, validate_only);
  if (!done.ok()) return done.status();
  return std::move(done->changes);
}

InterfaceView Reconciler::ViewOf(const host::Binding& binding, const store::DesiredState& state) {
  InterfaceView view = ViewInterface(binding, state, snapshot_, parts_.interfaces.netstack());
  if (view.device.has_value()) {
    auto timestamping = parts_.interfaces.ReadTimestamping(view.device->name);
    if (timestamping.ok()) view.timestamping = *timestamping;
  }
  return view;
}

absl::StatusOr<std::vector<host::Binding>> Reconciler::BindingsOf(const std::string& only) {
  absl::Status read = ReadHost(/*change_names=*/true);
  if (!read.ok()) return read;
  if (only.empty()) return desired_.bindings;
  auto binding = FindInterface(desired_, snapshot_, only, "name");
  if (!binding.ok()) return binding.status();
  return std::vector<host::Binding>{*std::move(binding)};
}

absl::StatusOr<std::vector<InterfaceView>> Reconciler::Interfaces(const std::string& only) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto bindings = BindingsOf(only);
  if (!bindings.ok()) return bindings.status();
  std::vector<InterfaceView> views;
  for (const host::Binding& binding : *bindings) views.push_back(ViewOf(binding, desired_));
  return views;
}

absl::StatusOr<std::vector<GroupView>> Reconciler::MulticastGroups(const std::string& only) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto bindings = BindingsOf(only);
  if (!bindings.ok()) return bindings.status();
  const auto groups = parts_.interfaces.ReadMulticastGroups();
  if (!groups.ok()) return groups.status();
  std::vector<std::string> names;
  for (const host::Binding& binding : *bindings) names.push_back(binding.name);
  return ViewGroups(names, snapshot_, *groups);
}

absl::StatusOr<host::Device> Reconciler::FindDevice(const std::string& name) {
  constexpr char kField[] = "interface";
  constexpr char kList[] = "hostctl network ip interface list";
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string& wanted = name.empty() ? desired_.ptp.interface : name;
  if (wanted.empty()) {
    return Failure(absl::StatusCode::kInvalidArgument, "no interface is named, and PTP has none",
                   {"INTERFACE_REQUIRED", kField, kList});
  }
  absl::Status read = ReadHost(/*change_names=*/true);
  if (!read.ok()) return read;
  auto found = host::ResolveInterface(snapshot_, wanted);
  if (found.ok()) return std::move(found->device);
  const std::string message(found.status().message());
  if (absl::IsInvalidArgument(found.status())) {
    return Failure(absl::StatusCode::kInvalidArgument, message,
                   {"INTERFACE_IS_LOOPBACK", kField, kList});
  }
  return Failure(absl::StatusCode::kNotFound, message, {"INTERFACE_NOT_FOUND", kField, kList});
}

}  // namespace hostctl::reconcile
