// TestPtp over the wire: the stream of a test, refusals, and its end.
#include <vector>

#include "gmock/gmock.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

// A host where PTP is off, or one that is observed without end.
class MadeUpProbes final : public diagnose::Probes {
 public:
  explicit MadeUpProbes(bool enabled) : enabled_(enabled) {}
  void ReadConfiguration(diagnose::Facts& facts) override {
    facts.ptp.settings.enabled = enabled_;
    facts.ptp.settings.interface = "vmk0";
    facts.ptp.engine_pid = 1;
    facts.before = facts.after = v1::PtpStats();
  }
  void ReadInterface(diagnose::Facts& facts) override {
    facts.simulated = true;
    facts.interface.device = host::Device();
  }
  void StartObserving(const diagnose::Facts& /*facts*/) override {}
  void Observe(diagnose::Facts& /*facts*/) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  double observed_s() const override { return 0; }
  void ProbeMulticast(diagnose::Facts& /*facts*/) override {}
  void ReadClock(diagnose::Facts& /*facts*/) override {}

 private:
  const bool enabled_;
};

class TestPtpTest : public ServedHost {
 protected:
  TestPtpTest() {
    ServedParts parts{*reconciler_, history_};
    parts.tester = &tester_;
    auto server = Server::Listen(folder_.File("tested.sock"), parts, [](const std::string&) {});
    EXPECT_TRUE(server.ok()) << server.status();
    tested_ = *std::move(server);
    EXPECT_TRUE(tested_->Serve().ok());
    stub_ = v1::PtpService::NewStub(grpc::CreateChannel("unix:" + folder_.File("tested.sock"),
                                                        grpc::InsecureChannelCredentials()));
  }

  grpc::Status Test(const v1::TestPtpRequest& request, std::vector<v1::TestProgress>* told) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const auto reader = stub_->TestPtp(&context, request);
    v1::TestProgress progress;
    while (reader->Read(&progress)) told->push_back(progress);
    return reader->Finish();
  }

  bool enabled_ = false;
  diagnose::Tester tester_{[this] { return std::make_unique<MadeUpProbes>(enabled_); }};
  std::unique_ptr<Server> tested_;
  std::unique_ptr<v1::PtpService::Stub> stub_;
};

TEST_F(TestPtpTest, TellsEachStepAndEndsWithTheVerdict) {
  std::vector<v1::TestProgress> told;
  const grpc::Status status = Test({}, &told);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_GT(told.size(), 2u);
  EXPECT_EQ(told[0].started().code(), "CONFIGURATION");
  EXPECT_EQ(told[1].step().outcome(), v1::TEST_OUTCOME_FAILED);
  const v1::TestVerdict& verdict = told.back().verdict();
  EXPECT_FALSE(verdict.working_normally());
  EXPECT_EQ(verdict.findings(0).code(), "PTP_DISABLED");
}

TEST_F(TestPtpTest, RefusesToObserveForTooLong) {
  v1::TestPtpRequest request;
  request.mutable_observe()->set_seconds(301);
  std::vector<v1::TestProgress> told;
  const grpc::Status status = Test(request, &told);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(DetailsOf(status).reason, "OBSERVE_OUT_OF_RANGE");
  EXPECT_EQ(DetailsOf(status).field, "observe");
}

TEST_F(TestPtpTest, OneAtATimeAndAClientThatGoesMakesRoom) {
  enabled_ = true;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const auto first = stub_->TestPtp(&context, {});
  v1::TestProgress progress;
  ASSERT_TRUE(first->Read(&progress));
  std::vector<v1::TestProgress> told;
  const grpc::Status refused = Test({}, &told);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(DetailsOf(refused).reason, "TEST_RUNNING");

  context.TryCancel();
  while (first->Read(&progress)) {
  }
  EXPECT_EQ(first->Finish().error_code(), grpc::StatusCode::CANCELLED);
  enabled_ = false;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  grpc::Status next;
  do {
    told.clear();
    next = Test({}, &told);
  } while (!next.ok() && std::chrono::steady_clock::now() < deadline);
  EXPECT_TRUE(next.ok()) << next.error_message();
}

TEST_F(TestPtpTest, HostdEndsATestAtOnceWhenItStops) {
  enabled_ = true;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const auto reader = stub_->TestPtp(&context, {});
  v1::TestProgress progress;
  ASSERT_TRUE(reader->Read(&progress));
  const auto start = std::chrono::steady_clock::now();
  tested_->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  while (reader->Read(&progress)) {
  }
  const grpc::Status ended = reader->Finish();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ended.error_message(), "hostd is ending; test again later");
}

}  // namespace
}  // namespace hostctl::rpc
