// Folders of a program that runs as another user than ours.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"

namespace hostctl::daemon {

// Makes the folder `path`, and those above it, unless it is there; it belongs to `user` and
// the user's group and has `mode`, also if it was there. For a process of root: without
// `user`, as `path` is wanted by ourselves, owner and mode are left alone. NOT_FOUND when
// there is no such user.
absl::Status MakeFolderOf(const std::string& user, const std::string& path, mode_t mode);

}  // namespace hostctl::daemon
