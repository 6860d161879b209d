// A unix socket is connected here and handed to gRPC: the kernel's own error tells
// why hostd is not reachable, and gRPC's resolver and retry are not started.
#include "cli/connection.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

#include "cli/status_failure.h"
#include "cli/unix_socket.h"

namespace hostctl::cli {
namespace {

// A watch over a network that has gone is noticed by this.
constexpr int kKeepaliveMs = 20000;

std::shared_ptr<grpc::Channel> TlsChannel(const TcpTarget& target) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = target.credentials.authority;
  options.pem_private_key = target.credentials.key;
  options.pem_cert_chain = target.credentials.certificate;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  return grpc::CreateCustomChannel(TargetText(target), grpc::SslCredentials(options), arguments);
}

// A handshake that fails is reported by gRPC as a connection that does, and a
// certificate that does not fit its key as a host without an address.
Failure NoTcp(const std::string& where, const grpc::Status& status) {
  if (status.error_message().find("empty address list") != std::string::npos) {
    return {kExitFailed,
            "The client's certificate and key do not belong together",
            {},
            {"name a pair with --tls-certificate and --tls-key"}};
  }
  return {kExitNotReachable,
          "No connection to hostd at " + where + ": " + status.error_message(),
          {},
          {"see that hostd runs there with --listen, and that its certificate (for this name) and "
           "yours are signed by the authority that the other side was given"}};
}

}  // namespace

Connection::Connection(Target target, std::chrono::seconds timeout, RpcTrace trace)
    : target_(std::move(target)), timeout_(timeout), trace_(std::move(trace)) {}

std::optional<Failure> Connection::Open() {
  if (channel_ != nullptr) return std::nullopt;
  if (const auto* remote = std::get_if<TcpTarget>(&target_)) {
    channel_ = TlsChannel(*remote);
    return std::nullopt;
  }
  const auto& local = std::get<UnixTarget>(target_);
  SocketResult socket = ConnectUnixSocket(local.path, timeout_);
  if (socket.fd < 0 && socket.failure.exit_code == kExitRefused && !local.read_only_path.empty()) {
    socket.fd = ConnectUnixSocket(local.read_only_path, timeout_).fd;
  }
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
      if (std::holds_alternative<TcpTarget>(target_)) return NoTcp(where(), status);
      return {kExitNotReachable,
              "The connection to " + where() + " broke: hostd ended, or another program " +
                  "listens there (" + status.error_message() + ")",
              {},
              {"try again, or see what hostd logs"}};
    case grpc::StatusCode::UNIMPLEMENTED:
      return {kExitFailed, "hostd does not know this call", {}, {"update hostd and restart it"}};
    default:
      return FailureOf(status);
  }
}

WatchResult Connection::ExplainEnd(const grpc::Status& status, bool limited,
                                   const Cancellation* cancellation) const {
  if (cancellation != nullptr && cancellation->cancelled()) {
    return {WatchResult::End::kCancelled, {}};
  }
  if (limited && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return {WatchResult::End::kTimeUp, {}};
  }
  if (status.ok()) {
    return {WatchResult::End::kFailed,
            {kExitNotReachable,
             "hostd at " + where() + " ended the watch: it stops",
             {},
             {"try again when it runs"}}};
  }
  return {WatchResult::End::kFailed, Explain(status)};
}

}  // namespace hostctl::cli
