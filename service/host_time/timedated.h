// systemd's service that sets the time zone for who may not write to /etc, over D-Bus:
// org.freedesktop.timedate1(5).
#pragma once

#include <string>

#include "absl/status/status.h"

namespace hostctl::host_time {

// Makes `name` the host's time zone. PERMISSION_DENIED when polkit's rules refuse it;
// UNAVAILABLE when there is no system bus or no such service.
absl::Status AskTimedated(const std::string& name);

}  // namespace hostctl::host_time
