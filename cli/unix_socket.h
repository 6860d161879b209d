// A connection to hostd's unix socket, and in plain words why there is none.
#pragma once

#include <chrono>
#include <string>

#include "cli/outcome.h"

namespace hostctl::cli {

struct SocketResult {
  int fd = -1;      // connected and non-blocking, owned by the caller; -1 on failure
  Failure failure;  // kExitNotReachable, or kExitRefused without the right to connect
};

// Waits at most `timeout` for a busy listener.
SocketResult ConnectUnixSocket(const std::string& path, std::chrono::seconds timeout);

// How a user starts hostd or names another one.
std::string StartRemedy();

}  // namespace hostctl::cli
