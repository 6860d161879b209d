// From absl::Status, as the reconciler fails, to grpc::Status with the details
// that programs branch on: google.rpc.ErrorInfo (reason, domain `hostctl`),
// BadRequest (the field at fault) and Help (what to do).
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace hostctl::rpc {

// The domain of every reason.
inline constexpr char kErrorDomain[] = "hostctl";

// Same canonical code, same message, details from reconcile::DetailOf(); a
// status without a reason gets none.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace hostctl::rpc
