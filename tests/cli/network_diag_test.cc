#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "hostctl/v1/diagnostics.grpc.pb.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Answers Capture with what a test sets.
class NetworkDiag : public ::testing::Test, public v1::DiagnosticsService::Service {
 protected:
  NetworkDiag() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket(), grpc::InsecureServerCredentials());
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    v1::CaptureStarted& started = *AddResponse().mutable_started();
    started.set_interface("vmk0");
    started.set_device("eth0");
    started.add_points(v1::CAPTURE_POINT_WIRE);
    started.add_points(v1::CAPTURE_POINT_SOCKET);
    v1::CapturedFrame& sync = *AddResponse().mutable_frame();
    sync.mutable_time()->set_seconds(1'700'000'000);
    sync.mutable_time()->set_nanos(5);
    sync.set_point(v1::CAPTURE_POINT_WIRE);
    sync.set_direction(v1::CAPTURE_DIRECTION_RECEIVED);
    sync.set_data(std::string("\x01\x00\x5e", 3));
    sync.set_original_length(86);
    sync.set_summary("Sync seq 17");
    v1::CapturedFrame& bad = *AddResponse().mutable_frame();
    bad.mutable_time()->set_seconds(1'700'000'000);
    bad.set_point(v1::CAPTURE_POINT_SOCKET);
    bad.set_direction(v1::CAPTURE_DIRECTION_SENT);
    bad.set_summary("PTP from 192.0.2.1, 12 octets");
    bad.set_malformed("cut off");
  }

  grpc::Status Capture(grpc::ServerContext* /*context*/, const v1::CaptureRequest* request,
                       grpc::ServerWriter<v1::CaptureResponse>* writer) override {
    request_ = *request;
    for (const v1::CaptureResponse& response : responses_) writer->Write(response);
    return status_;
  }

  v1::CaptureResponse& AddResponse() { return responses_.emplace_back(); }
  void End(const std::string& limit, uint64_t dropped) {
    v1::CaptureEnded& ended = *AddResponse().mutable_ended();
    ended.set_limit(limit);
    ended.set_frames(2);
    ended.set_dropped(dropped);
  }
  std::string socket() const { return folder_.path("hostd.sock"); }
  CallResult Run(const std::string& line) { return RunHostctl(socket(), line); }

  TemporaryFolder folder_;
  std::vector<v1::CaptureResponse> responses_;
  v1::CaptureRequest request_;
  grpc::Status status_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(NetworkDiag, CaptureShowsALinePerFrame) {
  End("max_frames", 0);
  const CallResult result = Run("network diag capture -i vmk0 --ptp -p wire -p socket -c 2");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "Time (UTC)          Point   Direction  Summary\n"
            "22:13:20.000000005  wire    received   Sync seq 17\n"
            "22:13:20.000000000  socket  sent       PTP from 192.0.2.1, 12 octets "
            "[malformed: cut off]\n");
  EXPECT_THAT(result.err, HasSubstr("2 frames: as many as asked for\n"));
}

TEST_F(NetworkDiag, CaptureAsksForWhatWasTyped) {
  End("max_duration", 0);
  const CallResult result =
      Run("network diag capture -i vmk1 --ptp -p ip -p socket -c 7 --duration 5 --snap-length 128");
  EXPECT_EQ(request_.interface(), "vmk1");
  EXPECT_THAT(request_.points(), ElementsAre(v1::CAPTURE_POINT_IP, v1::CAPTURE_POINT_SOCKET));
  EXPECT_TRUE(request_.ptp_only());
  EXPECT_EQ(request_.max_frames(), 7U);
  EXPECT_EQ(request_.max_duration().seconds(), 5);
  EXPECT_EQ(request_.snap_length(), 128U);
  EXPECT_THAT(result.err, HasSubstr("2 frames: 5 s are over\n"));

  Run("network diag capture");
  EXPECT_EQ(request_.interface(), "");
  EXPECT_EQ(request_.points_size(), 0);
  EXPECT_FALSE(request_.ptp_only());
  EXPECT_EQ(request_.max_frames(), 0U);
  EXPECT_EQ(request_.max_duration().seconds(), 60);
}

TEST_F(NetworkDiag, FramesThatWereLostAreTold) {
  End("max_duration", 3);
  const CallResult result = Run("network diag capture");
  EXPECT_THAT(result.err, HasSubstr("3 lost on the way"));
  EXPECT_THAT(result.err, HasSubstr("--snap-length 128"));
}

TEST_F(NetworkDiag, ProgramsGetAnObjectPerFrame) {
  End("max_frames", 0);
  const CallResult result = Run("--formatter=json network diag capture");
  EXPECT_EQ(result.out,
            R"({"time":"2023-11-14T22:13:20.000000005Z","point":"WIRE","direction":"RECEIVED",)"
            R"("data":"AQBe","original_length":86,"summary":"Sync seq 17","malformed":""})"
            "\n"
            R"({"time":"2023-11-14T22:13:20.000000000Z","point":"SOCKET","direction":"SENT",)"
            R"("data":"","original_length":0,"summary":"PTP from 192.0.2.1, 12 octets",)"
            R"("malformed":"cut off"})"
            "\n");
  EXPECT_THAT(Run("--formatter=csv network diag capture").out,
              HasSubstr("time,point,direction,data,original_length,summary,malformed\n"
                        "2023-11-14T22:13:20.000000005Z,WIRE,RECEIVED,AQBe,86,Sync seq 17,\n"));
  EXPECT_EQ(Run("--formatter=xml network diag capture").exit_code, 2);
}

TEST_F(NetworkDiag, AFileHoldsWhatCame) {
  End("max_frames", 0);
  const std::string path = folder_.path("a.pcapng");
  const CallResult result = Run("network diag capture -o " + path);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("2 frames written to " + path));
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  EXPECT_THAT(content.str(), HasSubstr("vmk0 wire"));
  EXPECT_THAT(content.str(), HasSubstr("vmk0 socket"));
  EXPECT_THAT(content.str(), HasSubstr("PTP from 192.0.2.1, 12 octets [malformed: cut off]"));
  EXPECT_EQ(Run("network diag capture -o -").out, content.str());
}

TEST_F(NetworkDiag, AFileThatCannotBeWrittenIsNamed) {
  const CallResult result = Run("network diag capture -o /nonexistent/a.pcapng");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err,
              HasSubstr("Cannot write /nonexistent/a.pcapng: No such file or directory"));
  EXPECT_EQ(request_.ByteSizeLong(), 0U) << "nothing was asked";
}

TEST_F(NetworkDiag, ARefusalIsShown) {
  responses_.clear();
  status_ = grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "only administrators may capture");
  const CallResult result = Run("network diag capture");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("only administrators may capture"));
}

}  // namespace
}  // namespace hostctl::cli
