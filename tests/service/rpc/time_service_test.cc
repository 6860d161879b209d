#include "../host_time/fake_clocks.h"
#include "../host_time/known_hosts.h"
#include "../host_time/zone_folder.h"
#include "gmock/gmock.h"
#include "hostctl/v1/time.grpc.pb.h"
#include "served_host.h"
#include "service/host_time/timestamp.h"

namespace hostctl::rpc {
namespace {

using host_time::kNow;
using host_time::Known;
using Stub = v1::TimeService::Stub;

constexpr std::chrono::seconds kPatience{20};

// A host whose time is as a test says, served on a socket.
class TimeServed : public ::testing::Test {
 protected:
  TimeServed() : reconciler_(host_.NewReconciler()), monitor_(Sources()), clocks_(Parts()) {
    EXPECT_TRUE(reconciler_->Start().ok());
    ServedParts parts{*reconciler_, history_};
    parts.monitor = &monitor_;
    parts.clocks = &clocks_;
    parts.sink = [this](const v1::Event& happened) { events_.push_back(happened); };
    auto server = Server::Listen(Socket(), parts, [](const std::string&) {});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    monitor_.Start();
    EXPECT_TRUE(server_->Serve().ok());
    time_ = v1::TimeService::NewStub(
        grpc::CreateChannel("unix:" + Socket(), grpc::InsecureChannelCredentials()));
  }

  std::string Socket() const { return folder_.File("hostd.sock"); }

  host_time::Sources Sources() {
    host_time::Sources sources;
    sources.ptp = [this] { return Get().ptp; };
    sources.stats = [this] { return Get().stats; };
    sources.ntp = [this] { return Get().ntp; };
    sources.host_name = "host1";
    return sources;
  }
  host_time::HostClocks::Parts Parts() {
    return {system_, rtc_, zones_, [this] { return owner_; }, [](absl::Duration) {}};
  }

  Known Get() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return known_;
  }
  void Become(Known next) {
    const std::lock_guard<std::mutex> lock(mutex_);
    known_ = std::move(next);
  }

  template <typename Method, typename Request, typename Response>
  grpc::Status Call(Method method, const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    return (time_.get()->*method)(&context, request, response);
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  Known known_ = host_time::PtpLocked();
  reconcile::FakeHost host_;
  std::unique_ptr<reconcile::Reconciler> reconciler_;
  history::PtpHistory history_;
  host_time::FakeSystemClock system_;
  host_time::FakeRtc rtc_{system_};
  host_time::ZoneFolder zone_folder_;
  host_time::TimeZones zones_{store::PosixFileSystem(), zone_folder_.Paths()};
  v1::TimeProtocol owner_ = v1::TIME_PROTOCOL_NONE;
  host_time::Monitor monitor_;
  host_time::HostClocks clocks_;
  std::vector<v1::Event> events_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Stub> time_;
};

TEST_F(TimeServed, StatusIsThatOfTheMomentItIsAsked) {
  v1::TimeStatus status;
  ASSERT_TRUE(Call(&Stub::GetTimeStatus, v1::GetTimeStatusRequest(), &status).ok());
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  EXPECT_EQ(status.source(), host_time::kGrandmaster);
  EXPECT_EQ(status.host_name(), "host1");
  EXPECT_GT(status.since().seconds(), kNow - 86400);
  Become(host_time::PtpHoldover());
  ASSERT_TRUE(Call(&Stub::GetTimeStatus, v1::GetTimeStatusRequest(), &status).ok());
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_HOLDOVER);
}

TEST_F(TimeServed, AWatchTellsTheStatusAndThenChangesOnly) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  const auto reader = time_->WatchTimeStatus(&context, v1::WatchTimeStatusRequest());
  v1::TimeStatus status;
  ASSERT_TRUE(reader->Read(&status));
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  // Another offset is no news.
  Known next = host_time::PtpLocked();
  next.stats->mutable_offset_from_master_ns()->set_last(99);
  Become(next);
  monitor_.Fresh(kPatience);
  Become(host_time::PtpHoldover());
  ASSERT_TRUE(reader->Read(&status));
  EXPECT_EQ(status.health(), v1::TIME_HEALTH_HOLDOVER);
  context.TryCancel();
}

TEST_F(TimeServed, AWatchWithAPeriodTellsItAgainAndAgain) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  v1::WatchTimeStatusRequest request;
  request.mutable_period()->set_nanos(100'000'000);
  const auto reader = time_->WatchTimeStatus(&context, request);
  v1::TimeStatus status;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(reader->Read(&status));
    EXPECT_EQ(status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  }
  context.TryCancel();
}

TEST_F(TimeServed, APeriodOutOfRangeIsRefused) {
  for (const int64_t seconds : {int64_t{0}, int64_t{-1}, int64_t{3601}, INT64_MAX}) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    v1::WatchTimeStatusRequest request;
    request.mutable_period()->set_seconds(seconds);
    const auto reader = time_->WatchTimeStatus(&context, request);
    v1::TimeStatus status;
    EXPECT_FALSE(reader->Read(&status));
    EXPECT_EQ(DetailsOf(reader->Finish()).reason, "PERIOD_OUT_OF_RANGE");
  }
}

TEST_F(TimeServed, TheSystemClockIsReadAndSet) {
  v1::SetTimeRequest request;
  request.mutable_time()->set_seconds(kNow + 90);
  v1::SetTimeResponse response;
  ASSERT_TRUE(Call(&Stub::SetTime, request, &response).ok());
  ASSERT_EQ(response.changes_size(), 1);
  EXPECT_EQ(response.changes(0).subject(), "time.system_clock");
  EXPECT_EQ(response.changes(0).after(), "2026-11-22T21:01:30.000Z");
  v1::SystemTime time;
  ASSERT_TRUE(Call(&Stub::GetTime, v1::GetTimeRequest(), &time).ok());
  EXPECT_EQ(time.time().seconds(), kNow + 90);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].code(), v1::EVENT_CODE_TIME_SET);
  EXPECT_EQ(events_[0].subject(), "time.system_clock");
  EXPECT_EQ(events_[0].new_value(), "2026-11-22T21:01:30.000Z");
  EXPECT_FALSE(events_[0].actor().empty());
  EXPECT_EQ(time.local_time(), "2026-11-22T21:01:30+00:00");
}

TEST_F(TimeServed, SettingIsRefusedWithARemedyWhilePtpOwnsTheClock) {
  owner_ = v1::TIME_PROTOCOL_PTP;
  v1::SetTimeRequest request;
  request.mutable_time()->set_seconds(kNow + 90);
  v1::SetTimeResponse response;
  const grpc::Status refused = Call(&Stub::SetTime, request, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(DetailsOf(refused).reason, "CLOCK_HAS_OWNER");
  EXPECT_EQ(DetailsOf(refused).remedy, "hostctl system ptp set --disable");
  EXPECT_EQ(system_.sets, 0);
  request.set_force(true);
  EXPECT_TRUE(Call(&Stub::SetTime, request, &response).ok());
  EXPECT_EQ(system_.sets, 1);
}

TEST_F(TimeServed, ATimeThatIsAbsentOrNoneIsRefused) {
  v1::SetTimeResponse response;
  v1::SetTimeRequest request;  // 1970
  EXPECT_EQ(DetailsOf(Call(&Stub::SetTime, request, &response)).reason, "TIME_OUT_OF_RANGE");
  request.mutable_time()->set_seconds(INT64_MAX);
  request.mutable_time()->set_nanos(INT32_MIN);
  EXPECT_EQ(DetailsOf(Call(&Stub::SetTime, request, &response)).reason, "TIME_OUT_OF_RANGE");
  EXPECT_EQ(system_.sets, 0);
}

TEST_F(TimeServed, TheHardwareClockIsReadAndSet) {
  rtc_.ahead = absl::Milliseconds(250);
  v1::HardwareClock clock;
  ASSERT_TRUE(Call(&Stub::GetHardwareClock, v1::GetHardwareClockRequest(), &clock).ok());
  EXPECT_EQ(clock.offset_ns(), 250'000'000);
  v1::SetHardwareClockRequest request;
  request.mutable_time()->set_seconds(kNow - 3600);
  v1::SetHardwareClockResponse response;
  ASSERT_TRUE(Call(&Stub::SetHardwareClock, request, &response).ok());
  ASSERT_TRUE(rtc_.written.has_value());
  EXPECT_EQ(rtc_.written->hour(), 20);
  rtc_.there = absl::NotFoundError("none");
  EXPECT_EQ(Call(&Stub::GetHardwareClock, v1::GetHardwareClockRequest(), &clock).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(TimeServed, TimeZonesAreListedAndSet) {
  v1::SetTimeZoneRequest request;
  request.set_name("Europe/Berlin");
  v1::SetTimeZoneResponse response;
  ASSERT_TRUE(Call(&Stub::SetTimeZone, request, &response).ok());
  EXPECT_EQ(response.changes(0).before(), "UTC");
  v1::ListTimeZonesResponse zones;
  ASSERT_TRUE(Call(&Stub::ListTimeZones, v1::ListTimeZonesRequest(), &zones).ok());
  ASSERT_EQ(zones.time_zones_size(), 3);
  EXPECT_TRUE(zones.time_zones(1).current());
  request.set_name("../../etc/passwd");
  EXPECT_EQ(DetailsOf(Call(&Stub::SetTimeZone, request, &response)).reason, "TIME_ZONE_NOT_FOUND");
}

}  // namespace
}  // namespace hostctl::rpc
