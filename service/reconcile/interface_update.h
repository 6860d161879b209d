// From what a user asks of an interface to the desired state that results, or to the
// reason why not. Pure: nothing is applied here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/host/interfaces.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

// A request for a new VMkernel interface.
struct InterfaceAddition {
  enum class To {
    kDevice,   // the device that there is, by a further name
    kBridge,   // a new port of a bridge
    kMacvlan,  // a new device on top of the one that there is
  };
  std::string name;  // `vmk3`
  To to = To::kDevice;
  std::string target;    // the device or bridge, by any of its names
  std::string mac = {};  // of a new device; empty: one is made up
  std::optional<int64_t> mtu = {};
};

// A request to change one. Members that are absent stay as they are.
struct InterfaceUpdate {
  std::string name;  // `vmk3`, or its device's
  std::optional<bool> enabled;
  std::optional<int64_t> mtu;
  std::optional<std::vector<std::string>> services;  // what it is tagged for
  bool force = false;  // also bring down the interface of the default route
};

// The binding that `name`, a VMkernel name or any name of its device, means. NOT_FOUND
// INTERFACE_NOT_FOUND, with the interfaces there are; `field` of the request named it.
absl::StatusOr<host::Binding> FindInterface(const store::DesiredState& state,
                                            const host::Snapshot& snapshot, const std::string& name,
                                            const std::string& field);

// What cannot do without interface `name`: `ptpd`, or the VMkernel interfaces that
// stand on it.
std::vector<std::string> UsersOf(const store::DesiredState& state, const host::Snapshot& snapshot,
                                 const std::string& name);

// The interface that is tagged for `service`; empty if none. INVALID_ARGUMENT
// INTERFACE_REQUIRED if there are several: the user must choose.
absl::StatusOr<std::string> InterfaceTaggedFor(const store::DesiredState& state,
                                               const std::string& service);

// Each gives `current` changed as asked. `snapshot` holds the VMkernel names as bound.
// Errors as documented at AddInterface, UpdateInterface and RemoveInterface in
// proto/hostctl/v1/interface.proto.
//
// `made_up_mac` is for a new device that was asked for without one.
absl::StatusOr<store::DesiredState> ApplyInterfaceAddition(const store::DesiredState& current,
                                                           const InterfaceAddition& addition,
                                                           const host::Snapshot& snapshot,
                                                           const std::string& made_up_mac);
absl::StatusOr<store::DesiredState> ApplyInterfaceUpdate(const store::DesiredState& current,
                                                         const InterfaceUpdate& update,
                                                         const host::Snapshot& snapshot);
absl::StatusOr<store::DesiredState> ApplyInterfaceRemoval(const store::DesiredState& current,
                                                          const std::string& name,
                                                          const host::Snapshot& snapshot);

}  // namespace hostctl::reconcile
