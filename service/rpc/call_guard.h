// Stands before every method of every service: knows who calls, refuses who may not or asks
// too much, hands a record of every change to the audit trail, and drops streams whose reader
// does not read.
//
//   CallGuard guard(settings);
//   PtpService ptp(...);                   // is not registered itself
//   guard.Register(builder, v1::PtpService::service_full_name(), ptp);
//   guard.Install(builder);
//
// gRPC 1.51 lets no interceptor refuse a call, and what its authorization refuses carries no
// details. So each service is registered through handlers of ours, which do not let a refused
// call through to the service, and an interceptor gives the refusal its words.
#pragma once

#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "service/rpc/call_limits.h"
#include "service/rpc/caller.h"

namespace hostctl::rpc {

// A call that has come to its end, of a method that is not read-only.
struct CallRecord {
  absl::Time begun;
  Caller caller;
  const google::protobuf::MethodDescriptor* method = nullptr;
  const google::protobuf::Message* request = nullptr;   // null: it could not be read
  const google::protobuf::Message* response = nullptr;  // null: there is none
  grpc::Status status;
  bool admitted = false;  // false: refused before the service heard of it
};

struct GuardSettings {
  RoleOfCertificate role_of;
  // Of one caller, by role; who has none may not call anyway.
  std::map<Role, CallLimit> limits = {{Role::kNone, {16, 20, 40}},
                                      {Role::kViewer, {64, 200, 400}},
                                      {Role::kOperator, {256, 500, 1000}},
                                      {Role::kAdmin, {2048, 2000, 4000}}};
  // A stream is dropped whose reader has not taken a message for so long.
  std::chrono::milliseconds slow_reader{30000};
  // Called when such a call ends, before its caller learns that; any thread.
  std::function<void(const CallRecord&)> record = [](const CallRecord&) {};
  std::function<void(const std::string&)> log = [](const std::string&) {};
};

class CallGuard {
 public:
  explicit CallGuard(GuardSettings settings);
  ~CallGuard();
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;

  // Serves the methods of `service`, which has that name, uses the callback API and must outlive
  // the server that is built.
  void Register(grpc::ServerBuilder& builder, const std::string& name, grpc::Service& service);
  // Once. The guard must outlive the server.
  void Install(grpc::ServerBuilder& builder);

 private:
  class Context;
  class Contexts;
  class Gate;
  class Handler;
  class Watch;
  class Watches;

  // `counted`: limits_.End() must follow.
  absl::Status Admit(const google::protobuf::MethodDescriptor& method, const Context& context,
                     const Caller& caller, bool& counted);
  void DropSlowReaders();

  const GuardSettings settings_;
  CallLimits limits_;
  std::vector<std::unique_ptr<grpc::Service>> gates_;
  std::map<std::string, const google::protobuf::MethodDescriptor*> methods_;  // by path

  std::mutex mutex_;
  std::condition_variable ending_;
  bool ended_ = false;
  std::unordered_set<Context*> open_;
  std::thread watcher_;
};

}  // namespace hostctl::rpc
