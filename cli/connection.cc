// The socket is connected here and handed to gRPC: the kernel's own error tells
// why hostd is not reachable, and gRPC's resolver and retry are not started.
#include "cli/connection.h"

#include <grpcpp/create_channel_posix.h>

#include <utility>

#include "cli/status_failure.h"
#include "cli/unix_socket.h"

namespace hostctl::cli {

Connection::Connection(std::string socket_path, std::chrono::seconds timeout)
    : socket_path_(std::move(socket_path)), timeout_(timeout) {}

std::optional<Failure> Connection::Open() {
  if (channel_ != nullptr) return std::nullopt;
  SocketResult socket = ConnectUnixSocket(socket_path_, timeout_);
  if (socket.fd < 0) return socket.failure;
  channel_ = grpc::CreateInsecureChannelFromFd("hostd", socket.fd);
  return std::nullopt;
}

Failure Connection::Explain(const grpc::Status& status) const {
  if (FromHostd(status)) return FailureOf(status);
  switch (status.error_code()) {
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {kExitNotReachable,
              "hostd did not answer within " + std::to_string(timeout_.count()) +
                  " s; what was asked may still be done",
              {},
              {"allow more time with --timeout, or see what hostd logs"}};
    case grpc::StatusCode::UNAVAILABLE:
      return {kExitNotReachable,
              "The connection to " + socket_path_ + " broke: hostd ended, or another program " +
                  "listens there (" + status.error_message() + ")",
              {},
              {"try again, or see what hostd logs"}};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {kExitFailed, "hostd does not know this call", {}, {"update hostd and restart it"}};
    default:
      return FailureOf(status);
  }
}

}  // namespace hostctl::cli
