// The connection to one hostd, opened by the first call. Every call has a deadline.
//
//   v1::Ptp ptp;
//   if (auto failure = connection.Call(&v1::PtpService::Stub::GetPtp, v1::GetPtpRequest(), &ptp)) {
//     return *failure;
//   }
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>
#include <grpcpp/support/sync_stream.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/cancellation.h"
#include "cli/outcome.h"
#include "cli/rpc_trace.h"
#include "cli/target.h"

namespace hostctl::cli {

// How a watch came to its end.
struct WatchResult {
  enum class End {
    kEnough,     // the reader said so
    kTimeUp,     // the time limit passed
    kCancelled,  // by its Cancellation
    kFailed,     // `failure` says why
  };
  End end = End::kFailed;
  Failure failure;
};

class Connection {
 public:
  // `timeout` limits each call, 1 s or more. `trace` shows the calls, if it is set.
  Connection(Target target, std::chrono::seconds timeout, RpcTrace trace = RpcTrace());

  // Makes one call. Nothing on success; else why not, with `response` unspecified.
  template <typename Stub, typename Request, typename Response>
  std::optional<Failure> Call(grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&,
                                                        Response*),
                              const Request& request, Response* response) {
    if (std::optional<Failure> failure = Open()) return failure;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + timeout_);
    Stub stub(channel_);
    trace_.Start(request, where());
    const grpc::Status status = (stub.*rpc)(&context, request, response);
    if (status.ok()) trace_.Response(*response);
    trace_.End(status);
    if (status.ok()) return std::nullopt;
    return Explain(status);
  }

  // Reads a server's stream; `on_response` returns whether to go on. Without a limit
  // it lasts until the host ends it. `cancellation` may be null.
  template <typename Stub, typename Request, typename Response>
  WatchResult Watch(std::unique_ptr<grpc::ClientReader<Response>> (Stub::*rpc)(grpc::ClientContext*,
                                                                               const Request&),
                    const Request& request,
                    std::optional<std::chrono::system_clock::time_point> limit,
                    Cancellation* cancellation,
                    const std::function<bool(const Response&)>& on_response) {
    if (std::optional<Failure> failure = Open()) return {WatchResult::End::kFailed, *failure};
    grpc::ClientContext context;
    if (limit) context.set_deadline(*limit);
    const Cancellation::Scope scope(cancellation, [&context] { context.TryCancel(); });
    Stub stub(channel_);
    trace_.Start(request, where());
    std::unique_ptr<grpc::ClientReader<Response>> reader = (stub.*rpc)(&context, request);
    Response response;
    bool enough = false;
    while (!enough && reader->Read(&response)) {
      trace_.Response(response);
      enough = !on_response(response);
    }
    if (enough) context.TryCancel();
    const grpc::Status status = reader->Finish();
    trace_.End(status);
    if (enough) return {WatchResult::End::kEnough, {}};
    WatchResult result = ExplainEnd(status, limit.has_value(), cancellation);
    // It may be the connection that broke: the next call makes a new one.
    if (result.end == WatchResult::End::kFailed) channel_.reset();
    return result;
  }

  // As messages name the host.
  std::string where() const { return TargetText(target_); }

 private:
  std::optional<Failure> Open();
  Failure Explain(const grpc::Status& status) const;
  WatchResult ExplainEnd(const grpc::Status& status, bool limited,
                         const Cancellation* cancellation) const;

  Target target_;
  std::chrono::seconds timeout_;
  RpcTrace trace_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace hostctl::cli
