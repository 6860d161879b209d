// What a failed call's status says to a user.
#pragma once

#include <grpcpp/support/status.h>

#include "cli/outcome.h"

namespace hostctl::cli {

// Whether hostd itself answered: its statuses carry details (google.rpc.Status
// with ErrorInfo), those that gRPC makes up do not.
bool FromHostd(const grpc::Status& status);

// The status's message, the fields of google.rpc.BadRequest and the remedies of
// google.rpc.Help; kExitRefused for PERMISSION_DENIED and UNAUTHENTICATED,
// kExitFailed otherwise. Details that cannot be read are left out.
Failure FailureOf(const grpc::Status& status);

}  // namespace hostctl::cli
