// The name of the network namespace a process is in.
#pragma once

#include <string>

namespace hostctl::host {

// What esxcli calls a host's own network stack.
inline constexpr char kDefaultNetstack[] = "defaultTcpipStack";

// The name that `ip netns` gave to the namespace of the calling thread, looked for
// in the folder `named`. A namespace without a name is `defaultTcpipStack` if it is the
// host's own, `first`, or nobody can tell, and else `net:[4026532281]`.
std::string NetstackName(const std::string& named = "/run/netns",
                         const std::string& first = "/proc/1/ns/net");

}  // namespace hostctl::host
