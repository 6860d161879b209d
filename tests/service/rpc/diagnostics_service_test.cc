#include "service/rpc/diagnostics_service.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "served_host.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

using ::testing::ElementsAre;

// A point where one empty frame waits for everybody.
class OneFrame final : public capture::FrameSource {
 public:
  OneFrame() : readable_(eventfd(1, EFD_CLOEXEC)) {}
  ~OneFrame() override { close(readable_); }
  int fd() const override { return readable_; }
  std::optional<capture::Frame> Next() override {
    eventfd_t count = 0;
    if (!taken_) eventfd_read(readable_, &count);
    if (taken_) return std::nullopt;
    taken_ = true;
    return capture::Frame();
  }
  uint64_t dropped() override { return 0; }

 private:
  const int readable_;
  bool taken_ = false;
};

absl::StatusOr<std::unique_ptr<capture::FrameSource>> OpenOneFrame(
    v1::CapturePoint /*point*/, const std::string& /*device*/, capture::FrameFilter /*filter*/) {
  return std::make_unique<OneFrame>();
}

std::string ReadFile(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

class Diagnostics : public ::testing::Test {
 protected:
  void Serve(const capture::PointOpener& open, std::optional<TcpSettings> tcp = {}) {
    reconciler_ = host_.NewReconciler();
    ASSERT_TRUE(reconciler_->Start().ok());
    ServedParts parts{*reconciler_, history_};
    parts.open_capture_point = open;
    auto server = Server::Listen(
        folder_.File("hostd.sock"), parts, [](const std::string&) {}, std::move(tcp));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    ASSERT_TRUE(server_->Serve().ok());
    channel_ = grpc::CreateChannel("unix:" + folder_.File("hostd.sock"),
                                   grpc::InsecureChannelCredentials());
  }

  void ServeOverTcp() {
    const std::string command = std::string(HOSTCTL_SOURCE_DIR) +
                                "/service/packaging/make-test-ca " + folder_.File("ca") +
                                " >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    const std::string ca = folder_.File("ca");
    Serve(OpenOneFrame,
          TcpSettings{"127.0.0.1:0", ca + "/server.crt", ca + "/server.key", ca + "/ca.crt"});
  }

  // Calls as the client whose certificate make-test-ca calls `name`.
  void ConnectAs(const std::string& name) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = ReadFile(folder_.File("ca") + "/ca.crt");
    options.pem_cert_chain = ReadFile(folder_.File("ca") + "/" + name + ".crt");
    options.pem_private_key = ReadFile(folder_.File("ca") + "/" + name + ".key");
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->tcp_port()),
                                   grpc::SslCredentials(options));
  }

  // Reads a capture to its end.
  grpc::Status Capture(const v1::CaptureRequest& request) {
    responses_.clear();
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const auto reader = v1::DiagnosticsService::NewStub(channel_)->Capture(&context, request);
    v1::CaptureResponse response;
    while (reader->Read(&response)) responses_.push_back(response);
    return reader->Finish();
  }

  static v1::CaptureRequest OneFrameOf(const std::string& interface) {
    v1::CaptureRequest request;
    request.set_interface(interface);
    request.set_max_frames(1);
    return request;
  }

  TemporaryFolder folder_;
  reconcile::FakeHost host_;
  std::unique_ptr<reconcile::Reconciler> reconciler_;
  history::PtpHistory history_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::vector<v1::CaptureResponse> responses_;
};

TEST_F(Diagnostics, ACaptureIsAStreamOfItsStartItsFramesAndItsEnd) {
  Serve(OpenOneFrame);
  const grpc::Status status = Capture(OneFrameOf("eth0"));
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(responses_.size(), 3U);
  EXPECT_EQ(responses_[0].started().interface(), "vmk0");
  EXPECT_EQ(responses_[0].started().device(), "eth0");
  EXPECT_THAT(responses_[0].started().points(), ElementsAre(v1::CAPTURE_POINT_WIRE));
  EXPECT_TRUE(responses_[1].has_frame());
  EXPECT_EQ(responses_[2].ended().limit(), "max_frames");
}

TEST_F(Diagnostics, SaysWhichInterfaceThereIsNot) {
  Serve(OpenOneFrame);
  grpc::Status status = Capture(OneFrameOf("vmk7"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(DetailsOf(status).reason, "INTERFACE_NOT_FOUND");
  status = Capture(OneFrameOf(""));
  EXPECT_EQ(DetailsOf(status).reason, "INTERFACE_REQUIRED") << "PTP has none";
}

TEST_F(Diagnostics, WithoutAnywhereToCaptureItIsRefused) {
  Serve({});
  const grpc::Status status = Capture(OneFrameOf("vmk0"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(DetailsOf(status).reason, "CAPTURE_UNAVAILABLE");
}

TEST_F(Diagnostics, OverTheNetworkOnlyACertificateOfAnAdministratorMay) {
  ServeOverTcp();
  ConnectAs("client");
  const grpc::Status refused = Capture(OneFrameOf("vmk0"));
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(DetailsOf(refused).reason, "ADMIN_REQUIRED");
  EXPECT_EQ(refused.error_message(),
            "Capture needs the role admin; CN=hostctl test client has the role operator");
  ConnectAs("admin");
  EXPECT_TRUE(Capture(OneFrameOf("vmk0")).ok());
}

TEST_F(Diagnostics, ACaptureEndsWithTheServer) {
  Serve(OpenOneFrame);
  v1::CaptureRequest request;
  request.set_interface("vmk0");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const auto reader = v1::DiagnosticsService::NewStub(channel_)->Capture(&context, request);
  v1::CaptureResponse response;
  ASSERT_TRUE(reader->Read(&response)) << "it runs";
  server_->Stop();
  while (reader->Read(&response)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Diagnostics, ACaptureThatItsClientLeftMakesRoom) {
  Serve(OpenOneFrame);
  v1::CaptureRequest request;
  request.set_interface("vmk0");
  for (size_t i = 0; i < 3 * capture::Captures::kMost; ++i) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (true) {
      grpc::ClientContext context;
      const auto reader = v1::DiagnosticsService::NewStub(channel_)->Capture(&context, request);
      v1::CaptureResponse response;
      const bool runs = reader->Read(&response);
      context.TryCancel();
      if (runs) break;
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }
  }
}

TEST(CaptureSettings, HaveTheirDefaults) {
  const auto settings = CaptureSettingsOf({});
  ASSERT_TRUE(settings.ok());
  EXPECT_THAT(settings->points, ElementsAre(v1::CAPTURE_POINT_WIRE));
  EXPECT_EQ(settings->filter, capture::FrameFilter::kAll);
  EXPECT_EQ(settings->max_frames, 10000U);
  EXPECT_EQ(settings->max_duration, std::chrono::minutes(1));
  EXPECT_EQ(settings->snap_length, 65535U);
}

TEST(CaptureSettings, OutOfRangeIsRefusedByTheNameOfTheField) {
  const auto field = [](const std::function<void(v1::CaptureRequest&)>& edit) {
    v1::CaptureRequest request;
    edit(request);
    const absl::Status status = CaptureSettingsOf(request).status();
    EXPECT_NE(status.code(), absl::StatusCode::kInternal);
    return reconcile::DetailOf(status).field;
  };
  using Request = v1::CaptureRequest;
  EXPECT_EQ(field([](Request& r) { r.set_max_frames(10001); }), "max_frames");
  EXPECT_EQ(field([](Request& r) { r.set_snap_length(63); }), "snap_length");
  EXPECT_EQ(field([](Request& r) { r.set_snap_length(65536); }), "snap_length");
  EXPECT_EQ(field([](Request& r) { r.mutable_max_duration()->set_seconds(3601); }), "max_duration");
  EXPECT_EQ(field([](Request& r) { r.mutable_max_duration()->set_seconds(-1); }), "max_duration");
  EXPECT_EQ(field([](Request& r) { r.mutable_max_duration(); }), "max_duration");
  EXPECT_EQ(field([](Request& r) { r.mutable_max_duration()->set_seconds(int64_t{1} << 62); }),
            "max_duration");
  EXPECT_EQ(field([](Request& r) { r.add_points(v1::CAPTURE_POINT_SOCKET); }), "points");
  EXPECT_EQ(field([](Request& r) { r.add_points(v1::CAPTURE_POINT_UNSPECIFIED); }), "points");
  EXPECT_EQ(field([](Request& r) { r.add_points(static_cast<v1::CapturePoint>(9)); }), "points");
}

TEST(CaptureSettings, APointIsTakenOnce) {
  v1::CaptureRequest request;
  request.set_ptp_only(true);
  for (const auto point : {v1::CAPTURE_POINT_IP, v1::CAPTURE_POINT_SOCKET, v1::CAPTURE_POINT_IP}) {
    request.add_points(point);
  }
  EXPECT_THAT(CaptureSettingsOf(request)->points,
              ElementsAre(v1::CAPTURE_POINT_IP, v1::CAPTURE_POINT_SOCKET));
}

}  // namespace
}  // namespace hostctl::rpc
