// What an update changed or would change, as the dry runs of all `set` commands
// show it.
#pragma once

#include "cli/outcome.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "hostctl/v1/change.pb.h"

namespace hostctl::cli {

// `ptp.enabled: false -> true` lines, or `Nothing would change.`; for programs
// the list of changes.
Output DryRunOutput(const google::protobuf::RepeatedPtrField<v1::Change>& changes);

}  // namespace hostctl::cli
