// A fake host behind a real server on a real unix socket, and a client of it.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <memory>
#include <string>

#include "../reconcile/fakes.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "hostctl/v1/firewall.grpc.pb.h"
#include "hostctl/v1/interface.grpc.pb.h"
#include "hostctl/v1/ntp.grpc.pb.h"
#include "hostctl/v1/ptp.grpc.pb.h"
#include "hostctl/v1/service.grpc.pb.h"
#include "service/rpc/server.h"
#include "temporary_folder.h"

namespace hostctl::rpc {

// The details of an error, as a client reads them.
struct ErrorDetails {
  std::string domain;
  std::string reason;
  std::string field;
  std::string remedy;
};

inline ErrorDetails DetailsOf(const grpc::Status& status) {
  google::rpc::Status rich;
  EXPECT_TRUE(rich.ParseFromString(status.error_details()));
  EXPECT_EQ(rich.code(), status.error_code());
  EXPECT_EQ(rich.message(), status.error_message());
  ErrorDetails details;
  for (const auto& any : rich.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    google::rpc::Help help;
    if (any.UnpackTo(&info)) {
      details.domain = info.domain();
      details.reason = info.reason();
    } else if (any.UnpackTo(&bad)) {
      details.field = bad.field_violations(0).field();
    } else if (any.UnpackTo(&help)) {
      details.remedy = help.links(0).description();
    }
  }
  return details;
}

class ServedHost : public ::testing::Test {
 protected:
  ServedHost() {
    reconciler_ = host_.NewReconciler();
    EXPECT_TRUE(reconciler_->Start().ok());
    auto server = Server::Listen(Socket(), {*reconciler_, history_}, [](const std::string&) {});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    EXPECT_TRUE(server_->Serve().ok());
    channel_ = grpc::CreateChannel("unix:" + Socket(), grpc::InsecureChannelCredentials());
    ptp_ = v1::PtpService::NewStub(channel_);
    firewall_ = v1::FirewallService::NewStub(channel_);
    interfaces_ = v1::InterfaceService::NewStub(channel_);
    services_ = v1::HostServiceService::NewStub(channel_);
    ntp_ = v1::NtpService::NewStub(channel_);
  }

  std::string Socket() const { return folder_.File("hostd.sock"); }

  // One call with a deadline: Call(*ptp_, &PtpService::Stub::GetPtp, request, &response).
  template <typename Stub, typename Method, typename Request, typename Response>
  grpc::Status Call(Stub& stub, Method method, const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    return (stub.*method)(&context, request, response);
  }

  grpc::Status Update(const v1::UpdatePtpRequest& request) {
    return Call(*ptp_, &v1::PtpService::Stub::UpdatePtp, request, &updated_);
  }

  static v1::UpdatePtpRequest Enable(const std::string& interface) {
    v1::UpdatePtpRequest request;
    request.mutable_config()->set_enabled(true);
    request.mutable_config()->set_interface(interface);
    request.mutable_update_mask()->add_paths("enabled");
    request.mutable_update_mask()->add_paths("interface");
    return request;
  }

  TemporaryFolder folder_;
  reconcile::FakeHost host_;
  std::unique_ptr<reconcile::Reconciler> reconciler_;
  history::PtpHistory history_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::PtpService::Stub> ptp_;
  std::unique_ptr<v1::FirewallService::Stub> firewall_;
  std::unique_ptr<v1::InterfaceService::Stub> interfaces_;
  std::unique_ptr<v1::HostServiceService::Stub> services_;
  std::unique_ptr<v1::NtpService::Stub> ntp_;
  v1::UpdatePtpResponse updated_;
};

}  // namespace hostctl::rpc
