#include "service/host_time/monitor.h"

#include <atomic>
#include <future>
#include <vector>

#include "gtest/gtest.h"
#include "known_hosts.h"

namespace hostctl::host_time {
namespace {

constexpr std::chrono::seconds kPatience{30};

// A host that a test changes while a monitor looks at it, and its clock.
struct ChangingHost {
  std::mutex mutex;
  Known known = PtpLocked();

  void Become(Known next, absl::Duration after = absl::Seconds(10)) {
    const std::lock_guard<std::mutex> lock(mutex);
    next.at = known.at + after;
    known = std::move(next);
  }

  host_time::Sources Sources() {
    host_time::Sources sources;
    sources.ptp = [this] { return Get().ptp; };
    sources.stats = [this] { return Get().stats; };
    sources.ntp = [this] { return Get().ntp; };
    sources.now = [this] { return Get().at; };
    sources.steady = [this] {
      return std::chrono::steady_clock::time_point(
          absl::ToChronoNanoseconds(Get().at - absl::UnixEpoch()));
    };
    return sources;
  }

  Known Get() {
    const std::lock_guard<std::mutex> lock(mutex);
    return known;
  }
};

TEST(Monitor, ObservesAtOnceAndTellsSubscribers) {
  ChangingHost host;
  Monitor monitor(host.Sources());
  EXPECT_EQ(monitor.Latest().status.health(), v1::TIME_HEALTH_UNSPECIFIED);
  std::promise<Observation> told;
  std::atomic<bool> first{true};
  monitor.Subscribe([&](const Observation& seen) {
    if (first.exchange(false)) told.set_value(seen);
  });
  monitor.Start();
  auto future = told.get_future();
  ASSERT_EQ(future.wait_for(kPatience), std::future_status::ready);
  const Observation seen = future.get();
  EXPECT_EQ(seen.status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  EXPECT_EQ(seen.status.since().seconds(), kNow);
  EXPECT_EQ(seen.ptp.settings.interface, "vmk0");
  ASSERT_TRUE(seen.stats.has_value());
  EXPECT_EQ(seen.stats->clock_state(), v1::CLOCK_STATE_LOCKED);
  EXPECT_FALSE(seen.ntp.has_value());
}

TEST(Monitor, FreshSeesWhatWasJustDone) {
  ChangingHost host;
  Monitor monitor(host.Sources(), std::chrono::hours(1));
  monitor.Start();
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  host.Become(PtpHoldover());
  EXPECT_EQ(monitor.Latest().status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_HOLDOVER);
}

TEST(Monitor, SinceIsWhenHealthChangedLast) {
  ChangingHost host;
  Monitor monitor(host.Sources(), std::chrono::hours(1));
  monitor.Start();
  EXPECT_EQ(monitor.Fresh(kPatience).status.since().seconds(), kNow);
  host.Become(PtpLocked());
  EXPECT_EQ(monitor.Fresh(kPatience).status.since().seconds(), kNow);
  host.Become(PtpHoldover());
  EXPECT_EQ(monitor.Fresh(kPatience).status.since().seconds(), kNow + 20);
  host.Become(PtpHoldover());
  EXPECT_EQ(monitor.Fresh(kPatience).status.since().seconds(), kNow + 20);
}

TEST(Monitor, AnEngineThatIsLateWithItsReportIsNotSilentYet) {
  ChangingHost host;
  Known known = PtpLocked();
  known.ptp.engine_pid = 77;
  host.Become(known);
  Monitor monitor(host.Sources(), std::chrono::hours(1));
  monitor.Start();
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  known.stats = absl::UnavailableError("the service ptpd does not answer");
  host.Become(known, absl::Seconds(5));
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  host.Become(known, absl::Seconds(1));
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_UNSYNCHRONIZED);
}

TEST(Monitor, AnEngineThatDiedIsSilentAtOnce) {
  ChangingHost host;
  Known known = PtpLocked();
  known.ptp.engine_pid = 77;
  host.Become(known);
  Monitor monitor(host.Sources(), std::chrono::hours(1));
  monitor.Start();
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  known.ptp.engine_pid = 0;
  known.stats = absl::UnavailableError("the service ptpd does not answer");
  host.Become(known, absl::Seconds(1));
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_UNSYNCHRONIZED);
}

TEST(Monitor, RemembersRestartsOfTheEngine) {
  ChangingHost host;
  Monitor monitor(host.Sources(), std::chrono::hours(1));
  monitor.Start();
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
  Known known = PtpLocked();
  known.ptp.engine_restarts = 1;
  host.Become(known);
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_DEGRADED);
  host.Become(known, absl::Seconds(601));
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
}

TEST(Monitor, WhoUnsubscribedIsNotCalledAnyMore) {
  ChangingHost host;
  Monitor monitor(host.Sources(), std::chrono::hours(1));
  std::atomic<int> stays{0};
  std::atomic<int> goes{0};
  monitor.Subscribe([&](const Observation&) { ++stays; });
  const Monitor::Id id = monitor.Subscribe([&](const Observation&) { ++goes; });
  monitor.Start();
  monitor.Fresh(kPatience);
  monitor.Fresh(kPatience);  // begun only after the first one was told to all
  monitor.Unsubscribe(id);
  const int before = goes;
  EXPECT_GE(before, 1);
  monitor.Fresh(kPatience);
  monitor.Fresh(kPatience);
  monitor.Stop();
  EXPECT_EQ(goes, before);
  EXPECT_GE(stays, before + 1);
}

TEST(Monitor, AfterItsEndTheNewestObservationStays) {
  ChangingHost host;
  Monitor monitor(host.Sources());
  monitor.Start();
  monitor.Fresh(kPatience);
  monitor.Stop();
  EXPECT_EQ(monitor.Fresh(kPatience).status.health(), v1::TIME_HEALTH_SYNCHRONIZED);
}

}  // namespace
}  // namespace hostctl::host_time
