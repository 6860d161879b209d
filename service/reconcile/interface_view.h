// A VMkernel interface as people ask for it: its device, where that belongs, and who
// uses it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/host/binding.h"
#include "service/host/interfaces.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

struct InterfaceView {
  host::Binding binding;
  std::optional<host::Device> device;  // nothing while its device is away
  std::string portset;    // the switch it is a port of: bridge, bond, or a macvlan's device below
  std::string portgroup;  // the device's label, else `VLAN 5`
  std::string netstack;   // network namespace, or the VRF within it
  std::vector<std::string> services;               // what it is tagged for
  std::vector<std::string> used_by;                // see UsersOf() in interface_update.h
  bool created = false;                            // hostd made the device
  std::optional<host::Timestamping> timestamping;  // nothing where it could not be asked
};

// Everything but `timestamping`. `netstack`: of the whole host.
InterfaceView ViewInterface(const host::Binding& binding, const store::DesiredState& state,
                            const host::Snapshot& snapshot, const std::string& netstack);

// A multicast group that an interface has joined.
struct GroupView {
  std::string interface;
  host::MulticastGroup group;
};

// Of the interfaces `names` those that are there, in that order.
std::vector<GroupView> ViewGroups(const std::vector<std::string>& names,
                                  const host::Snapshot& snapshot,
                                  const std::vector<host::MulticastGroup>& groups);

}  // namespace hostctl::reconcile
