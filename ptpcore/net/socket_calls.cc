#include "ptpcore/net/socket_calls.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace ptpcore::net {

absl::Status Failed(const std::string& name, const std::string& what) {
  const int error = errno;
  const std::string message = absl::StrCat(name, ": ", what, ": ", std::strerror(error));
  if (error == EACCES || error == EPERM) {
    return absl::PermissionDeniedError(
        absl::StrCat(message,
                     "; ptpd needs root, or CAP_NET_BIND_SERVICE for UDP and "
                     "CAP_NET_RAW for Ethernet"));
  }
  if (error == EADDRINUSE) {
    return absl::UnavailableError(
        absl::StrCat(message, "; another PTP program is running on this host"));
  }
  return absl::UnavailableError(message);
}

}  // namespace ptpcore::net
