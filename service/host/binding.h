// Which network device is `vmk0`: the binding of VMkernel names to devices, and
// the rule by which an unnamed host is given its first ones. Pure.
//
//   BindingPlan plan = PlanBindings(*interfaces.Read(), remembered);
//   for (const NameChange& c : plan.changes) ...AddAlternativeName(c.index, c.name)...
//   remembered = plan.bindings;
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
  // Device::kind, so that a bridge that is not there yet is not mistaken for
  // its port, which has the same MAC. Empty: not known, any.
  std::string kind;

  bool operator==(const Binding& o) const {
    return name == o.name && permanent_mac == o.permanent_mac && device == o.device &&
           kind == o.kind;
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
  std::vector<Binding> bindings;    // sorted by number; what to remember
  std::vector<NameChange> changes;  // removals first
};

// Whether `name` is `vmk` and a number without leading zeros that fits 32 bits.
bool IsVmkernelName(const std::string& name);

// Whether the number of VMkernel name `a` is lower than that of `b`.
bool VmkernelNameLess(const std::string& a, const std::string& b);

// What to remember and what to tell the kernel, given what is remembered and
// what is there. Stable: with the changes made, planning again changes nothing.
//
// 1. The kernel is believed: a device that carries a vmkN keeps it, and the
//    binding of that name moves to it, whatever was remembered. A device may
//    carry several. Only from the loopback device is such a name taken away.
// 2. A remembered name that no device carries goes to its device, found by
//    a) MAC and device name; else
//    b) MAC, under another name, where that cannot be mistaken: the only
//       physical device with it, or a software device with a MAC and a kind
//       that no other device has and no other binding claims; else
//    c) device name, where the MAC tells nothing: there is none, or the kind is
//       of software, whose MAC may differ each time it is created.
//    If there is no such device it is away: the binding is kept as it was.
// 3. With neither a remembered nor a carried name, adoption: vmk0 is the device
//    of the default route, else the first device (by index) that is up and has
//    an IPv4 address; vmk1, ... are the other such devices. Never loopback,
//    never a port of a bridge or bond. Once there is any binding, further
//    devices are not adopted; without `adopt`, none ever.
BindingPlan PlanBindings(const Snapshot& snapshot, const std::vector<Binding>& remembered,
                         bool adopt = true);

}  // namespace hostctl::host
