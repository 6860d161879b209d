// From what the user typed (`vmk0`, `eth0`) to a network device, or to an error
// that says what could have been typed.
//
//   absl::StatusOr<ResolvedInterface> found = ResolveInterface(snapshot, "vmk0");
//   if (!found.ok()) return found.status();
//   for (const InterfaceNote& note : found->notes) Warn(note.message);
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/host/interfaces.h"

namespace hostctl::host {

// Something that is allowed, but that the user should be told.
struct InterfaceNote {
  std::string code;     // stable word: INTERFACE_DOWN, INTERFACE_NO_LINK, INTERFACE_NO_ADDRESS
  std::string message;  // what is so, in plain words
  std::string remedy;   // what to do, as a command where there is one
};

// What kind of address the use of a device needs.
enum class AddressNeed { kIpv4, kIpv6, kNone };

bool HasAddress(const Device& device, AddressNeed need);

struct ResolvedInterface {
  Device device;
  std::vector<InterfaceNote> notes;  // empty: up, with a link and an address
};

// Finds the device that `name`, a VMkernel name, device name or any other
// alternative name, stands for. NOT_FOUND lists the interfaces there are;
// INVALID_ARGUMENT for an empty name and for the loopback device, which no
// other host can be reached through.
absl::StatusOr<ResolvedInterface> ResolveInterface(const Snapshot& snapshot,
                                                   const std::string& name);

// What there is to say about using `device`; ResolvedInterface::notes for IPv4.
std::vector<InterfaceNote> NotesOn(const Device& device, AddressNeed need = AddressNeed::kIpv4);

// The VMkernel name of `device` with the lowest number; empty if it has none.
std::string VmkernelNameOf(const Device& device);

}  // namespace hostctl::host
