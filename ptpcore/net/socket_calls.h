// Calls on sockets whose failures are told in the transports' words.
#pragma once

#include <sys/socket.h>

#include <string>

#include "absl/status/status.h"

namespace ptpcore::net {

// What errno means for the call `what` on the device `name`: PERMISSION_DENIED where the
// process may not, else UNAVAILABLE.
absl::Status Failed(const std::string& name, const std::string& what);

template <typename T>
bool SetOption(int fd, int level, int option, const T& value) {
  return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

}  // namespace ptpcore::net
