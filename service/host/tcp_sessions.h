// Who is connected to this host: the far ends of established TCP connections to a
// port, as the kernel lists them (proc(5), /proc/net/tcp and tcp6).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hostctl::host {

// Addresses, each once, sorted; without loopback. `text` as in /proc/net/tcp or
// tcp6; IPv4 within IPv6 counts as IPv4. Lines that are none are left out.
std::vector<std::string> SessionsTo(uint16_t port, const std::string& text);

// Of the network namespace that the caller is in now.
std::vector<std::string> SessionsTo(uint16_t port);

}  // namespace hostctl::host
