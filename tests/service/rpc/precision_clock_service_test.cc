// Through a real server, with the host's time as a test sets it.
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "hostctl/v1/precision_clock.grpc.pb.h"
#include "served_host.h"
#include "served_time.h"

namespace hostctl::rpc {
namespace {

using ::testing::HasSubstr;
using Stub = v1::PrecisionClockService::Stub;

class PrecisionClockServiceTest : public ServedTime {
 protected:
  PrecisionClockServiceTest() {
    stub_ = v1::PrecisionClockService::NewStub(
        grpc::CreateChannel("unix:" + Socket(), grpc::InsecureChannelCredentials()));
    request_.set_protocol(v1::TIME_PROTOCOL_PTP);
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  }

  grpc::Status Check() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    return stub_->CheckPrecisionClock(&context, request_, &answer_);
  }

  std::unique_ptr<Stub> stub_;
  v1::CheckPrecisionClockRequest request_;
  v1::PrecisionClockAnswer answer_;
  grpc::ClientContext context_;
};

TEST_F(PrecisionClockServiceTest, SaysWhetherAPrecisionClockIsServedNow) {
  request_.mutable_maximum_error()->set_nanos(10000);
  ASSERT_TRUE(Check().ok());
  EXPECT_TRUE(answer_.compatible());
  EXPECT_THAT(answer_.message(), HasSubstr("host esxi-01 provides PTP within 4.2 us"));
  SetStatus([](v1::TimeStatus& status) { status.set_maximum_error_ns(20000); });
  ASSERT_TRUE(Check().ok());
  EXPECT_EQ(answer_.reason(), v1::PRECISION_CLOCK_REASON_ERROR_TOO_LARGE);
}

TEST_F(PrecisionClockServiceTest, ADemandNeedsAProtocol) {
  for (const auto protocol :
       {v1::TIME_PROTOCOL_UNSPECIFIED, v1::TIME_PROTOCOL_NONE, static_cast<v1::TimeProtocol>(99)}) {
    request_.set_protocol(protocol);
    const grpc::Status status = Check();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(DetailsOf(status).reason, "PROTOCOL_REQUIRED");
    EXPECT_EQ(DetailsOf(status).field, "protocol");
  }
}

TEST_F(PrecisionClockServiceTest, TheErrorIsANanosecondToAnHour) {
  struct Row {
    int64_t seconds;
    int32_t nanos;
    bool good;
  };
  for (const Row& row :
       {Row{0, 1, true}, Row{3600, 0, true}, Row{1, 999999999, true}, Row{0, 0, false},
        Row{3600, 1, false}, Row{-1, 0, false}, Row{0, -1, false}, Row{1, -1, false},
        Row{1, 1000000000, false}, Row{std::numeric_limits<int64_t>::max(), 0, false}}) {
    request_.mutable_maximum_error()->set_seconds(row.seconds);
    request_.mutable_maximum_error()->set_nanos(row.nanos);
    const grpc::Status status = Check();
    EXPECT_EQ(status.ok(), row.good) << row.seconds << " s " << row.nanos << " ns";
    if (!row.good) {
      EXPECT_EQ(DetailsOf(status).reason, "MAXIMUM_ERROR_OUT_OF_RANGE");
    }
  }
}

TEST_F(PrecisionClockServiceTest, AWatchTellsTheAnswerAndEachThatDiffers) {
  const auto reader = stub_->WatchPrecisionClock(&context_, request_);
  ASSERT_TRUE(reader->Read(&answer_));
  EXPECT_TRUE(answer_.compatible());
  SetStatus([](v1::TimeStatus& status) { status.set_maximum_error_ns(4300); });
  SetStatus([](v1::TimeStatus& status) { status.set_health(v1::TIME_HEALTH_HOLDOVER); });
  ASSERT_TRUE(reader->Read(&answer_));
  EXPECT_TRUE(answer_.compatible());
  EXPECT_EQ(answer_.health(), v1::TIME_HEALTH_HOLDOVER) << "the error alone was no answer";
  SetStatus([](v1::TimeStatus& status) { status.set_health(v1::TIME_HEALTH_UNSYNCHRONIZED); });
  ASSERT_TRUE(reader->Read(&answer_));
  EXPECT_EQ(answer_.reason(), v1::PRECISION_CLOCK_REASON_UNSYNCHRONIZED);
}

TEST_F(PrecisionClockServiceTest, AWatchEndsWithTheServerAndWithItsClient) {
  const auto reader = stub_->WatchPrecisionClock(&context_, request_);
  ASSERT_TRUE(reader->Read(&answer_));
  {
    grpc::ClientContext given_up;
    const auto other = stub_->WatchPrecisionClock(&given_up, request_);
    ASSERT_TRUE(other->Read(&answer_));
    given_up.TryCancel();
    EXPECT_EQ(other->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  server_->Stop();
  EXPECT_FALSE(reader->Read(&answer_));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(PrecisionClockServiceTest, AWatchOfNoDemandIsRefused) {
  request_.clear_protocol();
  const auto reader = stub_->WatchPrecisionClock(&context_, request_);
  EXPECT_FALSE(reader->Read(&answer_));
  EXPECT_EQ(DetailsOf(reader->Finish()).reason, "PROTOCOL_REQUIRED");
}

TEST_F(PrecisionClockServiceTest, ListsWhatGuestsCanReadTheTimeFrom) {
  files_.files["/dev/kvm"] = "";
  files_.files["/sys/devices/system/clocksource/clocksource0/current_clocksource"] = "tsc\n";
  v1::ListPrecisionClocksResponse response;
  ASSERT_TRUE(stub_->ListPrecisionClocks(&context_, {}, &response).ok());
  ASSERT_EQ(response.clocks_size(), 2);
  EXPECT_EQ(response.clocks(1).name(), "ptp_kvm");
  EXPECT_EQ(response.clocks(1).serves_size(), 2);
}

TEST_F(PrecisionClockServiceTest, AHostThatNobodyObservesServesNobody) {
  server_->Stop();
  server_ = *Server::Listen(Socket(), {*reconciler_, history_}, [](const std::string&) {});
  ASSERT_TRUE(server_->Serve().ok());
  ASSERT_TRUE(Check().ok());
  EXPECT_EQ(answer_.reason(), v1::PRECISION_CLOCK_REASON_UNSYNCHRONIZED);
}

}  // namespace
}  // namespace hostctl::rpc
