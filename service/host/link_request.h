// The rtnetlink requests that change network devices (linux/if_link.h). Pure: what
// they ask of the kernel is built here, and sent by rtnetlink_interfaces.cc.
#pragma once

#include <linux/netlink.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "service/host/interfaces.h"

namespace hostctl::host {

class LinkRequest {
 public:
  // Adds an alternative name, or takes it away. `name` has at most 127 characters.
  static LinkRequest AlternativeName(int index, const std::string& name, bool add);
  // A veth pair in one request: the port in the bridge, and up; the device at its other
  // end is still down. `parent` is the bridge's index.
  static LinkRequest NewBridgePort(const DeviceSpec& spec, int parent);
  static LinkRequest NewMacvlan(const DeviceSpec& spec, int parent);
  static LinkRequest Delete(int index);
  // The device is called `name`.
  static LinkRequest Delete(const std::string& name);
  static LinkRequest Mtu(int index, uint32_t mtu);
  static LinkRequest Up(int index, bool up);
  static LinkRequest Up(const std::string& name);
  static LinkRequest Controller(int index, int controller);

  nlmsghdr* message() { return reinterpret_cast<nlmsghdr*>(buffer_.data()); }

 private:
  // A request about the device `index` (0: a new one), up if `flags` has IFF_UP;
  // `changed` are the flags that are meant.
  LinkRequest(uint16_t type, int request_flags, int index, unsigned flags = 0,
              unsigned changed = 0);

  static constexpr size_t kBufferSize = 1024;
  alignas(nlmsghdr) std::array<char, kBufferSize> buffer_{};
};

}  // namespace hostctl::host
