// The two unix sockets of hostd: who may do what through which.
#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "gmock/gmock.h"
#include "hostctl/v1/access.pb.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

using ::testing::HasSubstr;

constexpr char kReadOnly[] = "hostd-read-only.sock";

class Sockets : public ::testing::Test {
 protected:
  Sockets() : trail_({folder_.File("audit.log")}, store::PosixFileSystem()) {
    EXPECT_TRUE(trail_.Open().empty());
    reconciler_ = host_.NewReconciler();
    EXPECT_TRUE(reconciler_->Start().ok());
    ServedParts parts{*reconciler_, history_};
    parts.access.read_only_socket = folder_.File(kReadOnly);
    parts.access.trail = &trail_;
    auto server = Server::Listen(folder_.File("hostd.sock"), parts, [](const std::string&) {});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    EXPECT_TRUE(server_->Serve().ok());
    admin_ = Channel("hostd.sock");
    reader_ = Channel(kReadOnly);
  }

  std::shared_ptr<grpc::Channel> Channel(const std::string& socket) const {
    return grpc::CreateChannel("unix:" + folder_.File(socket), grpc::InsecureChannelCredentials());
  }

  mode_t ModeOf(const std::string& name) const {
    struct stat there {};
    EXPECT_EQ(stat(folder_.File(name).c_str(), &there), 0);
    return there.st_mode;
  }

  static grpc::Status SetDomain(const std::shared_ptr<grpc::Channel>& channel, uint32_t domain) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::UpdatePtpRequest request;
    request.mutable_config()->set_domain_number(domain);
    request.mutable_update_mask()->add_paths("domain_number");
    v1::UpdatePtpResponse response;
    return v1::PtpService::NewStub(channel)->UpdatePtp(&context, request, &response);
  }

  static uint32_t Domain(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::Ptp ptp;
    const grpc::Status status =
        v1::PtpService::NewStub(channel)->GetPtp(&context, v1::GetPtpRequest(), &ptp);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return ptp.config().domain_number();
  }

  // Calls any method with an empty request; a stream is cancelled after its first message.
  static grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel,
                                const google::protobuf::MethodDescriptor& method) {
    const std::string path = "/" + method.service()->full_name() + "/" + method.name();
    const grpc::internal::RpcMethod rpc(path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const v1::GetPtpRequest empty;
    v1::Change ignored;
    return grpc::internal::BlockingUnaryCall(channel.get(), rpc, &context, empty, &ignored);
  }

  std::vector<nlohmann::json> Trail() const {
    std::vector<nlohmann::json> lines;
    for (const std::string& line : trail_.Lines()) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  TemporaryFolder folder_;
  audit::AuditLog trail_;
  reconcile::FakeHost host_;
  std::unique_ptr<reconcile::Reconciler> reconciler_;
  history::PtpHistory history_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> admin_;
  std::shared_ptr<grpc::Channel> reader_;
};

TEST_F(Sockets, EverybodyMayOpenTheOneForReading) {
  EXPECT_EQ(ModeOf("hostd.sock"), static_cast<mode_t>(S_IFSOCK | 0660));
  EXPECT_EQ(ModeOf(kReadOnly), static_cast<mode_t>(S_IFSOCK | 0666));
  server_->Stop();
  EXPECT_NE(access(folder_.File(kReadOnly).c_str(), F_OK), 0) << "removed at the end";
}

TEST_F(Sockets, WhatIsSetThroughTheOneIsReadThroughTheOther) {
  ASSERT_TRUE(SetDomain(admin_, 24).ok());
  EXPECT_EQ(Domain(reader_), 24u);
}

TEST_F(Sockets, NothingIsSetThroughTheOneForReading) {
  const grpc::Status refused = SetDomain(reader_, 24);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(DetailsOf(refused).reason, "OPERATOR_REQUIRED");
  EXPECT_EQ(DetailsOf(refused).remedy,
            "run hostctl with sudo, or become a member of the group that owns hostd's socket: sudo "
            "usermod -aG hostctl USER, and log in again");
  EXPECT_EQ(Domain(reader_), 0u);
}

TEST_F(Sockets, EveryMethodThatIsNotReadOnlyIsRefusedThereAndNoOther) {
  size_t refused = 0;
  size_t answered = 0;
  for (const char* name :
       {"hostctl.v1.PtpService", "hostctl.v1.FirewallService", "hostctl.v1.InterfaceService",
        "hostctl.v1.NtpService", "hostctl.v1.HostServiceService",
        "hostctl.v1.PrecisionClockService", "hostctl.v1.DiagnosticsService"}) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) {
      const auto& method = *service->method(i);
      const bool read_only = method.options().GetExtension(v1::access) == v1::ACCESS_READ_ONLY;
      if (read_only && method.server_streaming()) continue;
      const grpc::Status status = CallEmpty(reader_, method);
      EXPECT_EQ(status.error_code() == grpc::StatusCode::PERMISSION_DENIED, !read_only)
          << method.full_name() << ": " << status.error_message();
      ++(read_only ? answered : refused);
    }
  }
  EXPECT_GE(refused, 20u);
  EXPECT_GE(answered, 15u);
}

TEST_F(Sockets, AChangeIsInTheAuditTrailWithUserProcessBeforeAndAfter) {
  ASSERT_TRUE(SetDomain(admin_, 24).ok());
  EXPECT_EQ(Domain(admin_), 24u);
  const auto lines = Trail();
  ASSERT_EQ(lines.size(), 1u) << "reading is not";
  const nlohmann::json& line = lines[0];
  EXPECT_EQ(line["who"], UserText(getuid()));
  EXPECT_EQ(line["uid"], getuid());
  EXPECT_EQ(line["pid"], getpid());
  EXPECT_EQ(line["from"], "admin socket");
  EXPECT_EQ(line["role"], "admin");
  EXPECT_EQ(line["method"], "hostctl.v1.PtpService.UpdatePtp");
  EXPECT_EQ(line["changes"].dump(), R"([{"after":"24","before":"0","what":"ptp.domain_number"}])");
  EXPECT_EQ(line["request"].dump(),
            R"({"config":{"domain_number":24},"update_mask":"domainNumber"})");
  EXPECT_EQ(line["result"], "OK");
}

TEST_F(Sockets, ARefusalIsInTheAuditTrailButDoesNotFillIt) {
  for (int i = 0; i < 50; ++i) ASSERT_FALSE(SetDomain(reader_, 24).ok());
  const auto lines = Trail();
  ASSERT_GE(lines.size(), 1u);
  EXPECT_LE(lines.size(), 20u);
  EXPECT_EQ(lines[0]["result"], "PERMISSION_DENIED");
  EXPECT_EQ(lines[0]["from"], "read-only socket");
}

TEST_F(Sockets, AUserWithTooManyConnectionsIsTurnedAway) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  folder_.File(kReadOnly).copy(address.sun_path, sizeof(address.sun_path) - 1);
  std::vector<int> connections;
  for (int i = 0; i < 33; ++i) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    connections.push_back(fd);
  }
  const timeval limit{20, 0};
  setsockopt(connections.back(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  char byte = 0;
  EXPECT_EQ(read(connections.back(), &byte, 1), 0) << "the last is closed";
  EXPECT_EQ(Domain(admin_), 0u) << "the administrators' socket is not concerned";
  for (const int fd : connections) close(fd);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (true) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::Ptp ptp;
    if (v1::PtpService::NewStub(Channel(kReadOnly))
            ->GetPtp(&context, v1::GetPtpRequest(), &ptp)
            .ok()) {
      break;
    }
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "who closes some may come again";
  }
}

}  // namespace
}  // namespace hostctl::rpc
