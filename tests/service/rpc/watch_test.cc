// The stream of reports: delivered, ended by the client, ended by hostd.
#include <chrono>
#include <thread>
#include <vector>

#include "served_host.h"

namespace hostctl::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class WatchTest : public ServedHost {
 protected:
  using Reader = std::unique_ptr<grpc::ClientReader<v1::WatchPtpStatsResponse>>;

  Reader Watch(grpc::ClientContext& context, int64_t period_ms) {
    context.set_deadline(std::chrono::system_clock::now() + seconds(20));
    v1::WatchPtpStatsRequest request;
    request.mutable_period()->set_seconds(period_ms / 1000);
    request.mutable_period()->set_nanos(static_cast<int32_t>(period_ms % 1000) * 1000000);
    return ptp_->WatchPtpStats(&context, request);
  }
};

TEST_F(WatchTest, TheFirstReportComesAtOnceAndTheOthersByPeriod) {
  ASSERT_TRUE(Update(Enable("vmk0")).ok());
  host_.engine.stats.set_domain_number(24);
  grpc::ClientContext context;
  const Reader reader = Watch(context, 100);
  v1::WatchPtpStatsResponse report;
  ASSERT_TRUE(reader->Read(&report));
  EXPECT_EQ(report.stats().domain_number(), 24u);
  EXPECT_FALSE(report.has_unavailable());
  const auto start = steady_clock::now();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(reader->Read(&report));
  EXPECT_GE(steady_clock::now() - start, milliseconds(200));
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(WatchTest, WhilePtpIsOffItSaysSoAndGoesOn) {
  grpc::ClientContext context;
  const Reader reader = Watch(context, 100);
  v1::WatchPtpStatsResponse report;
  ASSERT_TRUE(reader->Read(&report));
  EXPECT_FALSE(report.has_stats());
  EXPECT_EQ(report.unavailable().code(), "PTP_DISABLED");
  ASSERT_TRUE(Update(Enable("vmk0")).ok());
  do {
    ASSERT_TRUE(reader->Read(&report));
  } while (!report.has_stats());
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(WatchTest, HostdEndsItsWatchesAtOnceWhenItStops) {
  grpc::ClientContext context;
  const Reader reader = Watch(context, 3600 * 1000);
  v1::WatchPtpStatsResponse report;
  ASSERT_TRUE(reader->Read(&report));
  const auto start = steady_clock::now();
  server_->Stop();
  EXPECT_LT(steady_clock::now() - start, seconds(2));
  EXPECT_FALSE(reader->Read(&report));
  const grpc::Status ended = reader->Finish();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ended.error_message(), "hostd is ending; connect again later");
}

TEST_F(WatchTest, ManyWatchesThatComeAndGoLeaveNothingBehind) {
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([this] {
      for (int round = 0; round < 20; ++round) {
        grpc::ClientContext context;
        const Reader reader = Watch(context, 100);
        v1::WatchPtpStatsResponse report;
        EXPECT_TRUE(reader->Read(&report));
        context.TryCancel();
        reader->Finish();
      }
    });
  }
  for (std::thread& client : clients) client.join();
  const auto start = steady_clock::now();
  server_->Stop();
  EXPECT_LT(steady_clock::now() - start, seconds(2));
}

TEST_F(WatchTest, PeriodsOutOfRangeAreRefused) {
  for (const int64_t period_ms : {int64_t{0}, int64_t{99}, int64_t{3600001}, int64_t{-1000}}) {
    grpc::ClientContext context;
    const Reader reader = Watch(context, period_ms);
    v1::WatchPtpStatsResponse report;
    EXPECT_FALSE(reader->Read(&report));
    const grpc::Status status = reader->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(DetailsOf(status).reason, "PERIOD_OUT_OF_RANGE");
    EXPECT_EQ(DetailsOf(status).field, "period");
  }
}

}  // namespace
}  // namespace hostctl::rpc
