// How every unary call ends.
#pragma once

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "service/rpc/errors.h"

namespace hostctl::rpc {

// Answers the call that `context` belongs to; to be returned by the handler.
inline grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context,
                                        const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

}  // namespace hostctl::rpc
