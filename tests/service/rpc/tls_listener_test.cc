// hostd over TCP: who gets in, and who does not.
#include "service/rpc/tls_listener.h"

#include <grpcpp/impl/codegen/client_unary_call.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

using ::testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

class TlsListener : public ::testing::Test {
 protected:
  void SetUp() override {
    MakeCertificates("ours");
    reconciler_ = host_.NewReconciler();
    ASSERT_TRUE(reconciler_->Start().ok());
    ASSERT_TRUE(Serve(Settings()).ok());
  }

  // An authority with its certificates, in a folder of its own.
  void MakeCertificates(const std::string& name) {
    const std::string command = std::string(HOSTCTL_SOURCE_DIR) +
                                "/service/packaging/make-test-ca " + folder_.File(name) +
                                " >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  std::string File(const std::string& authority, const std::string& name) const {
    return folder_.File(authority) + "/" + name;
  }

  TcpSettings Settings() const {
    return {"127.0.0.1:0", File("ours", "server.crt"), File("ours", "server.key"),
            File("ours", "ca.crt")};
  }

  absl::Status Serve(const TcpSettings& settings) {
    server_.reset();
    ServedParts parts{*reconciler_, history_};
    parts.sink = [this](v1::Event event) { told_.push_back(std::move(event)); };
    auto server = Server::Listen(
        folder_.File("hostd.sock"), parts, [](const std::string&) {}, settings);
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    return server_->Serve();
  }

  std::string Address() const { return "127.0.0.1:" + std::to_string(server_->tcp_port()); }

  grpc::Status GetPtp(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    const auto channel = grpc::CreateChannel(Address(), credentials);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::Ptp ptp;
    return v1::PtpService::NewStub(channel)->GetPtp(&context, v1::GetPtpRequest(), &ptp);
  }

  // Trusts servers signed by `trusted`; shows the certificate `name` of `shown`, if that is named.
  std::shared_ptr<grpc::ChannelCredentials> Client(const std::string& trusted,
                                                   const std::string& shown,
                                                   const std::string& name = "client") const {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = ReadFile(File(trusted, "ca.crt"));
    if (!shown.empty()) {
      options.pem_cert_chain = ReadFile(File(shown, name + ".crt"));
      options.pem_private_key = ReadFile(File(shown, name + ".key"));
    }
    return grpc::SslCredentials(options);
  }

  // Serves with the roles of the policy that make-test-ca wrote.
  void ServeWithRoles() {
    TcpSettings settings = Settings();
    settings.policy = File("ours", "access.json");
    ASSERT_TRUE(Serve(settings).ok());
  }

  std::shared_ptr<grpc::Channel> ChannelAs(const std::string& name) {
    return grpc::CreateChannel(Address(), Client("ours", "ours", name));
  }

  // The reason why a call on the channel is refused; empty: it is not.
  template <typename Request, typename Response, typename Service>
  static std::string Refusal(const std::shared_ptr<grpc::Channel>& channel,
                             grpc::Status (Service::*method)(grpc::ClientContext*, const Request&,
                                                             Response*)) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    Response response;
    Service stub(channel);
    const grpc::Status status = (stub.*method)(&context, Request(), &response);
    if (status.error_code() != grpc::StatusCode::PERMISSION_DENIED) return "";
    return DetailsOf(status).reason;
  }
  static std::string RefusalToRead(const std::shared_ptr<grpc::Channel>& channel) {
    return Refusal(channel, &v1::PtpService::Stub::GetPtp);
  }
  static std::string RefusalToSet(const std::shared_ptr<grpc::Channel>& channel) {
    return Refusal(channel, &v1::PtpService::Stub::UpdatePtp);
  }
  static std::string RefusalToUnload(const std::shared_ptr<grpc::Channel>& channel) {
    return Refusal(channel, &v1::FirewallService::Stub::UnloadFirewall);
  }

  // Whether `openssl s_client` gets through its handshake.
  bool Handshake(const std::string& version) const {
    const std::string command = "openssl s_client -connect " + Address() + " " + version +
                                " -alpn h2 -cert " + File("ours", "client.crt") + " -key " +
                                File("ours", "client.key") + " -CAfile " + File("ours", "ca.crt") +
                                " </dev/null >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  }

  TemporaryFolder folder_;
  reconcile::FakeHost host_;
  std::unique_ptr<reconcile::Reconciler> reconciler_;
  history::PtpHistory history_;
  std::vector<v1::Event> told_;
  std::unique_ptr<Server> server_;
};

TEST_F(TlsListener, ServesAClientWithACertificateOfTheAuthority) {
  EXPECT_TRUE(GetPtp(Client("ours", "ours")).ok());
}

TEST_F(TlsListener, AChangeIsByTheNameInTheCertificate) {
  const auto channel = grpc::CreateChannel(Address(), Client("ours", "ours"));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  v1::UpdatePtpRequest request;
  request.mutable_config()->set_domain_number(24);
  request.mutable_update_mask()->add_paths("domain_number");
  v1::UpdatePtpResponse response;
  ASSERT_TRUE(v1::PtpService::NewStub(channel)->UpdatePtp(&context, request, &response).ok());
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].subject(), "ptp.domain_number");
  EXPECT_EQ(told_[0].actor(), "CN=hostctl test client");
}

TEST_F(TlsListener, RefusesAClientWithoutACertificate) {
  EXPECT_EQ(GetPtp(Client("ours", "")).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsListener, RefusesAClientOfAnotherAuthority) {
  MakeCertificates("other");
  EXPECT_EQ(GetPtp(Client("ours", "other")).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsListener, RefusesACertificateThatHasExpired) {
  EXPECT_EQ(GetPtp(Client("ours", "ours", "expired")).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsListener, RefusesACertificateThatSignedItself) {
  EXPECT_EQ(GetPtp(Client("ours", "ours", "self-signed")).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsListener, SpeaksTls13AndNothingOlder) {
  EXPECT_TRUE(Handshake("-tls1_3"));
  EXPECT_FALSE(Handshake("-tls1_2"));
}

TEST_F(TlsListener, EachRoleMayWhatThePolicySays) {
  ServeWithRoles();
  EXPECT_EQ(RefusalToRead(ChannelAs("client")), "ROLE_REQUIRED") << "it has none";
  EXPECT_EQ(RefusalToRead(ChannelAs("viewer")), "");
  EXPECT_EQ(RefusalToSet(ChannelAs("viewer")), "OPERATOR_REQUIRED");
  EXPECT_EQ(RefusalToSet(ChannelAs("operator")), "");
  EXPECT_EQ(RefusalToUnload(ChannelAs("operator")), "ADMIN_REQUIRED");
  EXPECT_EQ(RefusalToUnload(ChannelAs("admin")), "");
}

TEST_F(TlsListener, WithoutAPolicyACertificateWithoutAUnitIsAnOperators) {
  EXPECT_EQ(RefusalToSet(ChannelAs("client")), "");
  EXPECT_EQ(RefusalToUnload(ChannelAs("client")), "ADMIN_REQUIRED");
  EXPECT_EQ(RefusalToSet(ChannelAs("viewer")), "OPERATOR_REQUIRED");
  EXPECT_EQ(RefusalToUnload(ChannelAs("admin")), "");
}

TEST_F(TlsListener, WhoLosesARoleLosesItOnTheOpenConnection) {
  ServeWithRoles();
  const auto channel = ChannelAs("operator");
  ASSERT_EQ(RefusalToSet(channel), "");
  std::ofstream(File("ours", "access.json"))
      << R"({"rules": [{"role": "none", "common_name": "hostctl test operator"}]})";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (RefusalToSet(channel) != "ROLE_REQUIRED") {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the new policy is never taken";
  }
}

TEST_F(TlsListener, APolicyThatIsNonsenseIsRefusedAtTheStart) {
  TcpSettings settings = Settings();
  settings.policy = File("ours", "nonsense.json");
  std::ofstream(settings.policy) << R"({"rules": [{"role": "king", "common_name": "a"}]})";
  EXPECT_EQ(std::string(Serve(settings).message()),
            "access policy " + settings.policy +
                ": rules[0].role: 'king' is not none, viewer, operator or admin");
}

TEST_F(TlsListener, RefusesPlainText) {
  EXPECT_EQ(GetPtp(grpc::InsecureChannelCredentials()).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsListener, IsNotTrustedByAClientOfAnotherAuthority) {
  MakeCertificates("other");
  EXPECT_EQ(GetPtp(Client("other", "ours")).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsListener, ServesTheUnixSocketBesideIt) {
  const auto channel =
      grpc::CreateChannel("unix:" + folder_.File("hostd.sock"), grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  v1::Ptp ptp;
  EXPECT_TRUE(v1::PtpService::NewStub(channel)->GetPtp(&context, v1::GetPtpRequest(), &ptp).ok());
}

TEST_F(TlsListener, TakesRenewedCertificatesWithoutARestart) {
  const auto old_client = Client("ours", "ours");
  ASSERT_TRUE(GetPtp(old_client).ok());
  MakeCertificates("ours");  // a new authority in the place of the old one
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!GetPtp(Client("ours", "ours")).ok()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the new ones are never taken";
  }
  EXPECT_FALSE(GetPtp(old_client).ok());
}

TEST_F(TlsListener, NamesAFileItCannotUse) {
  TcpSettings settings = Settings();
  settings.key = "/nonexistent";
  EXPECT_EQ(Serve(settings).message(),
            "option --tls-key: cannot read /nonexistent: No such file or directory");
  settings = Settings();
  settings.authority = File("ours", "server.key");
  EXPECT_THAT(std::string(Serve(settings).message()),
              HasSubstr("holds no PEM block '-----BEGIN CERTIFICATE-----'"));
}

TEST_F(TlsListener, SaysThatThePortIsTaken) {
  auto first = std::move(server_);
  TcpSettings settings = Settings();
  settings.address = "127.0.0.1:" + std::to_string(first->tcp_port());
  auto second = Server::Listen(
      folder_.File("second.sock"), {*reconciler_, history_}, [](const std::string&) {}, settings);
  ASSERT_TRUE(second.ok());
  const absl::Status status = (*second)->Serve();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("cannot listen on " + settings.address + ": another program has"));
}

}  // namespace
}  // namespace hostctl::rpc
