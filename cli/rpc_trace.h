// `--debug`: what is said to hostd and what it answers, as lines for a person.
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <functional>
#include <string>

#include "google/protobuf/message.h"

namespace hostctl::cli {

class RpcTrace {
 public:
  // Without a sink nothing is shown and nothing is spent.
  explicit RpcTrace(std::function<void(const std::string& line)> sink = nullptr);

  // A call begins: method, host and request.
  void Start(const google::protobuf::Message& request, const std::string& where);
  // The answer, or one of a stream.
  void Response(const google::protobuf::Message& response);
  // The status, and the time since Start().
  void End(const grpc::Status& status);

 private:
  std::function<void(const std::string& line)> sink_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace hostctl::cli
