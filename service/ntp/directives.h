// Which lines of chrony.conf(5) a user may add to the configuration that hostd
// generates. Whether chronyd understands them, it says itself. Pure.
#pragma once

#include <optional>
#include <string>

namespace hostctl::ntp {

// Why `line` may not be added: it would name a server beside those of the settings, or
// move chronyd's files, its command socket, its user or its hold on the clock, which are
// hostd's. In plain words; nothing when it may be added.
std::optional<std::string> WhyRefused(const std::string& line);

}  // namespace hostctl::ntp
