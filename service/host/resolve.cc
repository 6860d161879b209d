// See resolve.h.
#include "service/host/resolve.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/host/binding.h"

namespace hostctl::host {
namespace {

// A host full of containers has hundreds of devices; a message has room for a few.
constexpr size_t kMostListed = 12;
// The kernel's longest alternative name (ALTIFNAMSIZ less its NUL).
constexpr size_t kLongestName = 127;

// `name` as it may be shown: what a terminal would obey is escaped, a flood is cut.
std::string Shown(const std::string& name) {
  const std::string cut = name.size() > kLongestName ? name.substr(0, kLongestName) + "..." : name;
  return absl::StrCat("`", absl::CHexEscape(cut), "`");
}

// `vmk0 (eth0), vmk1 (eth1), docker0`: VMkernel interfaces first.
std::string ListOf(const Snapshot& snapshot) {
  std::vector<std::pair<std::string, std::string>> named;  // VMkernel name, text
  std::vector<std::string> others;
  for (const Device& device : snapshot.devices) {
    if (device.loopback) continue;
    const std::string vmk = VmkernelNameOf(device);
    if (vmk.empty()) {
      others.push_back(device.name);
    } else {
      named.emplace_back(vmk, vmk == device.name ? vmk : absl::StrCat(vmk, " (", device.name, ")"));
    }
  }
  std::sort(named.begin(), named.end(),
            [](const auto& a, const auto& b) { return VmkernelNameLess(a.first, b.first); });
  std::vector<std::string> listed;
  listed.reserve(named.size() + others.size());
  for (const auto& entry : named) listed.push_back(entry.second);
  listed.insert(listed.end(), others.begin(), others.end());
  if (listed.empty()) return "this host has none but the loopback device";
  const size_t more = listed.size() > kMostListed ? listed.size() - kMostListed : 0;
  listed.resize(listed.size() - more);
  return absl::StrCat("this host has ", absl::StrJoin(listed, ", "),
                      more > 0 ? absl::StrCat(" and ", more, " more") : "");
}

}  // namespace

std::string VmkernelNameOf(const Device& device) {
  std::string best;
  const auto consider = [&best](const std::string& name) {
    if (!IsVmkernelName(name)) return;
    if (best.empty() || VmkernelNameLess(name, best)) best = name;
  };
  consider(device.name);
  for (const std::string& name : device.alternative_names) consider(name);
  return best;
}

bool HasAddress(const Device& device, AddressNeed need) {
  return need == AddressNeed::kNone ||
         !(need == AddressNeed::kIpv4 ? device.ipv4 : device.ipv6).empty();
}

std::vector<InterfaceNote> NotesOn(const Device& device, AddressNeed need) {
  std::vector<InterfaceNote> notes;
  if (!device.up) {
    notes.push_back({"INTERFACE_DOWN", absl::StrCat("network device `", device.name, "` is down"),
                     absl::StrCat("ip link set ", device.name, " up")});
  } else if (!device.running) {
    notes.push_back({"INTERFACE_NO_LINK",
                     absl::StrCat("network device `", device.name, "` is up but has no link"),
                     "check the cable, the switch port or the other end"});
  }
  if (!HasAddress(device, need)) {
    notes.push_back({"INTERFACE_NO_ADDRESS",
                     absl::StrCat("network device `", device.name, "` has no ",
                                  need == AddressNeed::kIpv4 ? "IPv4" : "IPv6", " address"),
                     absl::StrCat("ip address add ADDRESS/PREFIX dev ", device.name)});
  }
  return notes;
}

absl::StatusOr<ResolvedInterface> ResolveInterface(const Snapshot& snapshot,
                                                   const std::string& name) {
  if (name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the interface name is empty; ", ListOf(snapshot)));
  }
  const Device* device = snapshot.Find(name);
  if (device == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("there is no interface ", Shown(name), "; ", ListOf(snapshot)));
  }
  if (device->loopback) {
    return absl::InvalidArgumentError(
        absl::StrCat("interface ", Shown(name),
                     " is the loopback device, which reaches no other host; ", ListOf(snapshot)));
  }
  return ResolvedInterface{*device, NotesOn(*device)};
}

}  // namespace hostctl::host
