// `--wait-for-sync`: after a set, wait until the clock follows a master.
#pragma once

#include <chrono>
#include <optional>

#include "cli/outcome.h"
#include "cli/session.h"

namespace hostctl::cli {

// Watches the status report until the clock is locked to a master, at most `limit`.
// Tells on the way what state the port is in and why, whenever that changes and
// every ten seconds. Nothing on success; kExitNotSynchronized when the time is up or
// session.interrupt is cancelled; else what broke the watch.
std::optional<Failure> WaitForSync(Session& session, std::chrono::seconds limit);

}  // namespace hostctl::cli
