// Which network device is `vmk0`: the binding of VMkernel names to devices, and
// the rule by which an unnamed host is given its first ones. Pure.
#pragma once

#include <string>
#include <vector>

#include "service/host/interfaces.h"

namespace hostctl::host {

// A VMkernel name and the device it is remembered to stand for.
struct Binding {
  std::string name;           // `vmk0`
  std::string permanent_mac;  // identifies the device across restarts and re-creation
  std::string device;         // last seen device name; decides where MAC addresses repeat

  bool operator==(const Binding& o) const {
    return name == o.name && permanent_mac == o.permanent_mac && device == o.device;
  }
};

// An alternative name to give (or take away) to make the kernel agree with the bindings.
struct NameChange {
  int index = 0;
  std::string device;
  std::string name;
  bool add = true;
};

struct BindingPlan {
  std::vector<Binding> bindings;     // sorted by number; what to remember
  std::vector<NameChange> changes;   // removals first
};

// Whether `name` is `vmk` and a number without leading zeros.
bool IsVmkernelName(const std::string& name);

// What to remember and what to tell the kernel, given what is remembered and
// what is there. A device that already carries a vmkN keeps it (and is learned);
// a remembered binding follows its permanent MAC to a device under a new name
// or index; with no vmkN anywhere, adoption: vmk0 is the device of the default
// route, else the first non-loopback device that is up and has an IPv4 address
// (by index), else none; then vmk1, ... for the other non-loopback devices that
// are up with an IPv4 address, by index. Ports of a bridge or bond are not adopted.
BindingPlan PlanBindings(const Snapshot& snapshot, const std::vector<Binding>& remembered);

}  // namespace hostctl::host
