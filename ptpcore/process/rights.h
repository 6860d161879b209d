// Whose process the engine is and what it may do: user, capabilities (capabilities(7)) and
// no_new_privs (PR_SET_NO_NEW_PRIVS).
#pragma once

#include <string>

#include "absl/status/status.h"

namespace ptpcore::process {

// Keeps of this process' capabilities what an engine has use for: CAP_SYS_TIME,
// CAP_NET_BIND_SERVICE, CAP_NET_RAW, CAP_NET_ADMIN (hardware timestamps), CAP_IPC_LOCK and
// CAP_SYS_NICE. None that it does not have is gained, and no program that it might execute
// gains any.
absl::Status KeepEngineRights();

// Goes on as `user` with the groups of that user alone; of the capabilities are kept
// CAP_SYS_TIME, CAP_NET_BIND_SERVICE, CAP_NET_RAW and CAP_IPC_LOCK. For a process of root that
// has not opened anything yet. NOT_FOUND when there is no such user; PERMISSION_DENIED when
// we are not root. After an error the process is to end.
absl::Status BecomeUser(const std::string& user);

}  // namespace ptpcore::process
