// The connection to hostd, opened by the first call. Every call has a deadline.
//
//   v1::Ptp ptp;
//   if (auto failure = connection.Call(&v1::PtpService::Stub::GetPtp, v1::GetPtpRequest(), &ptp)) {
//     return *failure;
//   }
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cli/outcome.h"

namespace hostctl::cli {

class Connection {
 public:
  // `socket_path` is where hostd listens; `timeout` limits each call, 1 s or more.
  Connection(std::string socket_path, std::chrono::seconds timeout);

  // Makes one call. Nothing on success; else why not, with `response` unspecified.
  template <typename Stub, typename Request, typename Response>
  std::optional<Failure> Call(grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&,
                                                        Response*),
                              const Request& request, Response* response) {
    if (std::optional<Failure> failure = Open()) return failure;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + timeout_);
    Stub stub(channel_);
    const grpc::Status status = (stub.*rpc)(&context, request, response);
    if (status.ok()) return std::nullopt;
    return Explain(status);
  }

 private:
  std::optional<Failure> Open();
  Failure Explain(const grpc::Status& status) const;

  std::string socket_path_;
  std::chrono::seconds timeout_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace hostctl::cli
