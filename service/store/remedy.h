// What to do about a file that could not be read or written: carried by the errors of
// the real file system, beside their messages.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace hostctl::store {

// `cannot OPERATION `PATH`: MEANING` by errno `error`, with what to do about it.
absl::Status FileError(int error, const std::string& operation, const std::string& path);

// What to do; empty when the status does not say.
std::string RemedyOf(const absl::Status& status);

// `status` with `what: ` in front of its message; code and remedy stay.
absl::Status Annotate(const absl::Status& status, const std::string& what);

}  // namespace hostctl::store
