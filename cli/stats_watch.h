// `system ptp stats watch`: the live view where a person looks on, a line per
// report where the output goes elsewhere.
#pragma once

#include "cli/arguments.h"
#include "cli/outcome.h"
#include "cli/session.h"

namespace hostctl::cli {

// Runs until it is interrupted, `--count` reports came, or hostd is not reachable
// (a live view goes on and waits for it).
Outcome WatchStats(const Arguments& arguments, Session& session);

}  // namespace hostctl::cli
