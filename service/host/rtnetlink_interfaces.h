// The kernel's network devices over rtnetlink (RFC 3549, man 7 rtnetlink).
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "service/host/interfaces.h"

namespace hostctl::host {

// The devices of the network namespace of the calling thread. Reading needs no
// privilege. Every call asks the kernel anew. Names that Add/Remove change make
// change_fd() readable as well, but the kernel does not announce name changes of
// a device that is down. Read gives ABORTED when the devices changed during each
// of several attempts. Fails only where no netlink socket can be had.
absl::StatusOr<std::unique_ptr<Interfaces>> NewRtnetlinkInterfaces();

}  // namespace hostctl::host
