// The one thread of the engine process: one poll() whose time-out is the only
// timer, and a pipe through which signals arrive.
#pragma once

#include "absl/status/status.h"
#include "ptpcore/engine/control_server.h"
#include "ptpcore/engine/ptp_engine.h"

namespace ptpcore::engine {

// Catches SIGTERM and SIGINT (end) and SIGHUP (open the logs anew), and ignores
// SIGPIPE. Call once, before RunEventLoop(). Returns the pipe's end to poll.
absl::StatusOr<int> CatchSignals();

// Serves the network, the timers and, if there is one, the control socket until
// a signal or a Shutdown request ends it.
absl::Status RunEventLoop(PtpEngine& engine, ControlServer* control, int signals);

}  // namespace ptpcore::engine
