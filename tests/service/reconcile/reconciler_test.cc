#include "service/reconcile/reconciler.h"

#include <poll.h>

#include <future>
#include <thread>

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool Readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return poll(&entry, 1, 0) == 1;
}

class ReconcilerTest : public ::testing::Test {
 protected:
  ReconcilerTest() { Restart(); }

  // hostd ends and starts again; the host stays.
  void Restart() {
    reconciler_ = host_.NewReconciler();
    ASSERT_TRUE(reconciler_->Start().ok());
  }

  absl::StatusOr<PtpSetResult> Set(const PtpUpdate& update) {
    return reconciler_->UpdatePtp(update, /*validate_only=*/false);
  }

  firewall::RulesetPolicy Ruleset() { return host_.firewall.policy()->rulesets.at("ptpd"); }

  // Everything is as before a set that never was: PTP off, closed, nothing runs.
  void ExpectUntouched() {
    EXPECT_EQ(reconciler_->Ptp().settings, store::PtpSettings());
    EXPECT_EQ(reconciler_->Ptp().service_state, ServiceState::kStopped);
    EXPECT_FALSE(RulesetPasses(*host_.firewall.policy(), "ptpd"));
    EXPECT_EQ(host_.engine.pid(), 0);
    EXPECT_EQ(host_.Stored().ptp, store::PtpSettings());
  }

  FakeHost host_;
  std::unique_ptr<Reconciler> reconciler_;
};

TEST_F(ReconcilerTest, EnableOpensTheFirewallRunsTheEngineAndStoresIt) {
  const auto done = Set(Enable("vmk0"));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, ElementsAre(Change{"ptp.enabled", "false", "true"},
                                         Change{"ptp.interface", "", "vmk0"},
                                         Change{"firewall.ruleset.ptpd.enabled", "false", "true"},
                                         Change{"service.ptpd", "stopped", "running"}));
  EXPECT_EQ(done->ptp.service_state, ServiceState::kRunning);
  EXPECT_EQ(done->ptp.device, "eth0");
  EXPECT_EQ(done->ptp.ipv4_address, "192.0.2.10");
  EXPECT_TRUE(done->ptp.ruleset_enabled);
  EXPECT_THAT(done->ptp.conditions, IsEmpty());
  EXPECT_TRUE(Ruleset().enabled);
  EXPECT_EQ(host_.engine.config()->device(), "eth0");
  EXPECT_EQ(host_.engine.config()->interface(), "vmk0");
  EXPECT_TRUE(host_.Stored().ptp.enabled);
}

TEST_F(ReconcilerTest, TheSameSetAgainDoesNothing) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  const int applied = host_.firewall.change_count();
  const int written = host_.files.writes;
  const auto again = Set(Enable("vmk0"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(again->changes, IsEmpty());
  EXPECT_EQ(host_.firewall.change_count(), applied);
  EXPECT_EQ(host_.files.writes, written);
  EXPECT_EQ(host_.engine.starts, 1);
  EXPECT_EQ(host_.engine.configures, 1);
}

TEST_F(ReconcilerTest, AnotherDomainReconfiguresWithoutARestart) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  const auto done = Set(Domain(7));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, ElementsAre(Change{"ptp.domain_number", "0", "7"}));
  EXPECT_EQ(host_.engine.config()->domain_number(), 7u);
  EXPECT_EQ(host_.engine.starts, 1);
}

TEST_F(ReconcilerTest, DisableClosesAndStops) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  ASSERT_TRUE(Set(Disable()).ok());
  EXPECT_FALSE(Ruleset().enabled);
  EXPECT_EQ(host_.engine.pid(), 0);
  EXPECT_EQ(host_.engine.stops, 1);
  EXPECT_EQ(reconciler_->Ptp().service_state, ServiceState::kStopped);
}

TEST_F(ReconcilerTest, ADryRunSaysTheSameAndDoesNothing) {
  const auto dry = reconciler_->UpdatePtp(Enable("vmk0"), /*validate_only=*/true);
  ASSERT_TRUE(dry.ok()) << dry.status();
  EXPECT_TRUE(dry->ptp.settings.enabled);
  ExpectUntouched();
  EXPECT_EQ(dry->changes, Set(Enable("vmk0"))->changes);
}

TEST_F(ReconcilerTest, AFirewallThatFailsLeavesEverythingAsItWas) {
  host_.firewall.FailNextApply(absl::PermissionDeniedError("Operation not permitted"));
  const absl::Status refused = Set(Enable("vmk0")).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(DetailOf(refused).reason, "FIREWALL_NOT_PERMITTED");
  ExpectUntouched();
  host_.firewall.FailNextApply(absl::InternalError("no buffer space"));
  EXPECT_EQ(DetailOf(Set(Enable("vmk0")).status()).reason, "FIREWALL_FAILED");
  ExpectUntouched();
}

TEST_F(ReconcilerTest, AnEngineThatDoesNotStartLeavesEverythingAsItWas) {
  host_.engine.next_start = absl::NotFoundError("cannot start /nowhere/ptpd");
  const absl::Status refused = Set(Enable("vmk0")).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailOf(refused).reason, "ENGINE_START_FAILED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("/nowhere/ptpd"));
  ExpectUntouched();
}

TEST_F(ReconcilerTest, AnEngineThatRefusesItsConfigurationLeavesEverythingAsItWas) {
  host_.engine.next_configure = absl::FailedPreconditionError("port 319 is in use");
  const absl::Status refused = Set(Enable("vmk0")).status();
  EXPECT_EQ(DetailOf(refused).reason, "ENGINE_START_FAILED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("port 319 is in use"));
  ExpectUntouched();
}

TEST_F(ReconcilerTest, AFullDiskLeavesEverythingAsItWas) {
  host_.files.next_write = absl::ResourceExhaustedError("No space left on device");
  const absl::Status refused = Set(Enable("vmk0")).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(DetailOf(refused).reason, "STATE_NOT_STORED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("No space left"));
  ExpectUntouched();
}

TEST_F(ReconcilerTest, AFailedChangeGoesBackToTheFormerConfiguration) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  host_.files.next_write = absl::ResourceExhaustedError("No space left on device");
  ASSERT_FALSE(Set(Domain(7)).ok());
  EXPECT_EQ(host_.engine.config()->domain_number(), 0u);
  EXPECT_EQ(reconciler_->Ptp().settings.domain_number, 0);
  EXPECT_EQ(host_.engine.starts, 1) << "reconfigured, not restarted";
}

TEST_F(ReconcilerTest, AKilledEngineIsStartedAgainAtOnceWithItsConfiguration) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  const std::string config = host_.engine.config()->SerializeAsString();
  host_.engine.Die();
  reconciler_->Reconcile();
  EXPECT_EQ(host_.engine.starts, 2);
  EXPECT_EQ(host_.engine.config()->SerializeAsString(), config);
  EXPECT_EQ(reconciler_->Ptp().engine_restarts, 1u);
}

TEST_F(ReconcilerTest, AnEngineThatAnswersNobodyIsReplaced) {
  host_.now = Reconciler::TimePoint() + std::chrono::hours(1);
  int woken = 0;
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  reconciler_->OnSet([&woken] { ++woken; });
  const pid_t hung = reconciler_->Ptp().engine_pid;
  host_.engine.stats_status = absl::DeadlineExceededError("no answer within 2000 ms");
  const auto begun = *host_.now;
  for (; *host_.now < begun + std::chrono::seconds(10); *host_.now += std::chrono::seconds(2)) {
    EXPECT_TRUE(absl::IsUnavailable(reconciler_->Stats().status()));
    reconciler_->Reconcile();
    EXPECT_EQ(host_.engine.kills, 0) << "a loaded host may be late";
  }
  EXPECT_EQ(woken, 0);
  EXPECT_TRUE(absl::IsUnavailable(reconciler_->Stats().status()));
  EXPECT_EQ(woken, 1) << "who reconciles is told";
  EXPECT_EQ(reconciler_->watched().retry_at, *host_.now) << "and that it is due";

  host_.engine.stats_status = absl::OkStatus();
  reconciler_->Reconcile();
  EXPECT_EQ(host_.engine.kills, 1);
  EXPECT_NE(reconciler_->Ptp().engine_pid, hung);
  EXPECT_EQ(reconciler_->Ptp().service_state, ServiceState::kRunning);
  EXPECT_EQ(reconciler_->Ptp().engine_restarts, 1u);
  EXPECT_THAT(host_.events.back().message(), HasSubstr("as it had answered nobody for 10 s"));
  EXPECT_TRUE(reconciler_->Stats().ok());
  EXPECT_FALSE(reconciler_->watched().retry_at.has_value());
}

TEST_F(ReconcilerTest, AnEngineThatRefusesToReportIsAlive) {
  host_.now = Reconciler::TimePoint() + std::chrono::hours(1);
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  host_.engine.stats_status = absl::FailedPreconditionError("not configured");
  for (int i = 0; i < 20; ++i, *host_.now += std::chrono::seconds(2)) {
    EXPECT_FALSE(reconciler_->Stats().ok());
    reconciler_->Reconcile();
  }
  EXPECT_EQ(host_.engine.kills, 0);
}

TEST_F(ReconcilerTest, NobodyWhoAsksWaitsForAnEngineThatStarts) {
  std::promise<void> starting;
  std::promise<void> may_start;
  host_.engine.while_starting = [&] {
    starting.set_value();
    may_start.get_future().wait();
  };
  std::thread user([&] { EXPECT_TRUE(Set(Enable("vmk0")).ok()); });
  starting.get_future().wait();
  EXPECT_FALSE(reconciler_->Ptp().settings.enabled) << "as before the set";
  EXPECT_EQ(DetailOf(reconciler_->Stats().status()).reason, "PTP_DISABLED");
  may_start.set_value();
  user.join();
  EXPECT_TRUE(reconciler_->Ptp().settings.enabled);
  EXPECT_TRUE(reconciler_->Stats().ok());
}

TEST_F(ReconcilerTest, AnEngineThatKeepsDyingIsStartedLessAndLessOften) {
  host_.now = Reconciler::TimePoint() + std::chrono::hours(1);
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  host_.engine.Die();
  reconciler_->Reconcile();  // at once
  host_.engine.Die();
  reconciler_->Reconcile();  // not yet
  EXPECT_EQ(host_.engine.starts, 2);
  EXPECT_EQ(reconciler_->Ptp().service_state, ServiceState::kFailed);
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), ElementsAre("ENGINE_NOT_RUNNING"));
  EXPECT_EQ(reconciler_->watched().retry_at, *host_.now + std::chrono::milliseconds(250));
  *host_.now += std::chrono::milliseconds(250);
  reconciler_->Reconcile();
  EXPECT_EQ(host_.engine.starts, 3);
  EXPECT_THAT(reconciler_->Ptp().conditions, IsEmpty());
  EXPECT_FALSE(reconciler_->watched().retry_at.has_value());
}

TEST_F(ReconcilerTest, AnEngineThatRefusesForeverIsNotAskedInATightLoop) {
  host_.now = Reconciler::TimePoint() + std::chrono::hours(1);
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  *host_.now += std::chrono::hours(1);  // a long life
  host_.interfaces.Edit([](host::Snapshot& now) { now.devices[1].index = 42; });
  for (int i = 0; i < 10; ++i) {
    host_.engine.next_configure = absl::FailedPreconditionError("no");
    reconciler_->Reconcile();
  }
  ASSERT_TRUE(reconciler_->watched().retry_at.has_value());
  EXPECT_GT(*reconciler_->watched().retry_at, *host_.now);
}

TEST_F(ReconcilerTest, AnInterfaceThatGoesAwayIsWaitedForAndFoundUnderItsNewIndex) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  host::Device eth0 = *host_.interfaces.devices().Find("eth0");
  host_.interfaces.Edit([](host::Snapshot& now) { now.devices.erase(now.devices.begin() + 1); });
  reconciler_->Reconcile();
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), Contains("INTERFACE_MISSING"));
  EXPECT_EQ(reconciler_->Ptp().settings.interface, "vmk0");
  EXPECT_EQ(host_.engine.stops, 0) << "it keeps its frequency meanwhile";

  eth0.index = 42;
  eth0.name = "eth7";
  eth0.alternative_names.clear();
  host_.interfaces.Edit([&](host::Snapshot& now) { now.devices.push_back(eth0); });
  reconciler_->Reconcile();
  EXPECT_THAT(reconciler_->Ptp().conditions, IsEmpty());
  EXPECT_EQ(host_.engine.config()->device(), "eth7");
  EXPECT_EQ(host_.engine.config()->device_index(), 42u);
  EXPECT_EQ(host_.interfaces.devices().Find("vmk0")->name, "eth7");
  EXPECT_EQ(host_.engine.starts, 1);
}

TEST_F(ReconcilerTest, AWatchedInterfaceThatGoesAwayIsLeftOutAndTakenBackIn) {
  PtpUpdate update = Enable("vmk0");
  update.watch_interfaces = {"vmk1"};
  ASSERT_TRUE(reconciler_->UpdatePtp(update, false).ok());
  ASSERT_EQ(host_.engine.config()->further_ports_size(), 1);
  EXPECT_EQ(host_.engine.config()->further_ports(0).device(), "eth1");

  host::Snapshot without = host::SandboxDevices();
  without.devices.pop_back();
  host_.interfaces.Set(without);
  reconciler_->Reconcile();
  EXPECT_EQ(host_.engine.config()->further_ports_size(), 0);
  EXPECT_EQ(host_.engine.config()->device(), "eth0");
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), ElementsAre("WATCH_INTERFACE_MISSING"));
  EXPECT_EQ(reconciler_->Ptp().service_state, ServiceState::kRunning);

  host_.interfaces.Set(host::SandboxDevices());
  reconciler_->Reconcile();
  ASSERT_EQ(host_.engine.config()->further_ports_size(), 1);
  EXPECT_EQ(host_.engine.config()->further_ports(0).device(), "eth1");
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), IsEmpty());
  EXPECT_EQ(host_.engine.starts, 1);
  EXPECT_EQ(host_.engine.stops, 0);
}

TEST_F(ReconcilerTest, AnInterfaceThatIsDownIsAllowedAndSaid) {
  host_.interfaces.Edit([](host::Snapshot& now) { now.devices[1].up = false; });
  const auto done = Set(Enable("eth0"));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(CodesOf(done->ptp.conditions), ElementsAre("INTERFACE_DOWN"));
  EXPECT_EQ(done->ptp.service_state, ServiceState::kFailed);
  host_.interfaces.Edit([](host::Snapshot& now) { now.devices[1].up = true; });
  reconciler_->Reconcile();
  EXPECT_EQ(reconciler_->Ptp().service_state, ServiceState::kRunning);
}

TEST_F(ReconcilerTest, MovingToAnInterfaceThatIsAwayDoesNotStayOnTheOldOne) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  host_.interfaces.Edit([](host::Snapshot& now) { now.devices.pop_back(); });  // vmk1
  ASSERT_TRUE(Set(Enable("vmk1")).ok());
  EXPECT_EQ(host_.engine.pid(), 0);
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), ElementsAre("INTERFACE_MISSING"));
}

TEST_F(ReconcilerTest, AFlushedFirewallIsPutBackAndCounted) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  EXPECT_EQ(reconciler_->Firewall().repairs, 0u);
  host_.firewall.FlushFromOutside();
  reconciler_->Reconcile();
  EXPECT_TRUE(Ruleset().enabled);
  EXPECT_EQ(reconciler_->Firewall().repairs, 1u);
  EXPECT_TRUE(reconciler_->Firewall().loaded);
  ASSERT_EQ(host_.events.size(), 1u);
  EXPECT_EQ(host_.events[0].code(), v1::EVENT_CODE_FIREWALL_REPAIRED);
}

TEST_F(ReconcilerTest, OurOwnChangesWakeUsOnceAndLeadToNothing) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  EXPECT_TRUE(Readable(reconciler_->watched().firewall_fd));
  const int applied = host_.firewall.change_count();
  reconciler_->Reconcile();
  EXPECT_FALSE(Readable(reconciler_->watched().firewall_fd));
  EXPECT_FALSE(Readable(reconciler_->watched().interfaces_fd));
  EXPECT_EQ(host_.firewall.change_count(), applied);
}

TEST_F(ReconcilerTest, ARulesetThatAdmitsNobodyKeepsTheEngineAndIsSaid) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  const auto done = reconciler_->ChangeFirewall(AllowAll(false), {});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes,
              ElementsAre(Change{"firewall.ruleset.ptpd.allow_all", "true", "false"}));
  EXPECT_THAT(CodesOf(done->notes), ElementsAre("ALLOWED_IPS_EMPTY"));
  EXPECT_FALSE(Ruleset().allow_all);
  EXPECT_NE(host_.engine.pid(), 0);
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), ElementsAre("RULESET_CLOSED"));
}

TEST_F(ReconcilerTest, ARestartedHostdFindsEverythingAndTouchesNothing) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  const int applied = host_.firewall.change_count();
  const int written = host_.files.writes;
  Restart();
  EXPECT_EQ(reconciler_->Ptp().service_state, ServiceState::kRunning);
  EXPECT_EQ(host_.firewall.change_count(), applied);
  EXPECT_EQ(host_.files.writes, written);
  EXPECT_EQ(host_.engine.starts, 1);
  EXPECT_EQ(host_.engine.configures, 1);
  EXPECT_EQ(reconciler_->Firewall().repairs, 0u);
}

TEST_F(ReconcilerTest, AnEngineLeftOverFromBeforePtpWasSwitchedOffIsStopped) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  host_.files.files.clear();  // as if the stored state said: off
  Restart();
  EXPECT_EQ(host_.engine.pid(), 0);
}

TEST_F(ReconcilerTest, AnUnreadableStateIsSetAsideAndSaid) {
  host_.files.files.clear();
  host_.files.files["/state/state.json"] = "{\"schema_vers";
  Restart();
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), ElementsAre("STATE_FILE_SET_ASIDE"));
  EXPECT_EQ(host_.files.files["/state/state.json.set-aside-1"], "{\"schema_vers");
}

TEST_F(ReconcilerTest, AnUnreadableStateIsReplacedByItsCopyAndSaid) {
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  host_.files.files["/state/state.json"] = "{\"schema_vers";
  Restart();
  EXPECT_TRUE(reconciler_->Ptp().settings.enabled);
  EXPECT_EQ(host_.engine.configures, 1) << "time goes on being disciplined";
  ASSERT_THAT(CodesOf(reconciler_->Ptp().conditions), ElementsAre("STATE_FILE_RESTORED"));
  EXPECT_THAT(reconciler_->Ptp().conditions[0].message,
              HasSubstr("the last good copy is in force"));
}

TEST_F(ReconcilerTest, WithoutRightsToTheFirewallHostdStartsAndSaysSo) {
  host_.files.files.clear();
  host_.firewall.FlushFromOutside();
  host_.firewall.FailNextApply(absl::PermissionDeniedError("Operation not permitted"));
  Restart();
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), ElementsAre("FIREWALL_NOT_PERMITTED"));
  EXPECT_FALSE(reconciler_->Firewall().loaded);
}

TEST_F(ReconcilerTest, StatsComeFreshFromTheEngineOrWithTheReasonWhyNot) {
  EXPECT_EQ(DetailOf(reconciler_->Stats().status()).reason, "PTP_DISABLED");
  ASSERT_TRUE(Set(Enable("vmk0")).ok());
  host_.engine.stats.set_domain_number(7);
  EXPECT_EQ(reconciler_->Stats()->domain_number(), 7u);
  host_.engine.stats_status = absl::UnavailableError("the other end closed the connection");
  const absl::Status silent = reconciler_->Stats().status();
  EXPECT_EQ(silent.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DetailOf(silent).reason, "ENGINE_NOT_RUNNING");
}

TEST_F(ReconcilerTest, InterfacesAreListedAlsoWhileTheirDeviceIsAway) {
  host_.interfaces.Edit([](host::Snapshot& now) { now.devices.pop_back(); });
  const auto interfaces = reconciler_->Interfaces();
  ASSERT_TRUE(interfaces.ok()) << interfaces.status();
  ASSERT_EQ(interfaces->size(), 2u);
  EXPECT_EQ(interfaces->at(0).binding.name, "vmk0");
  EXPECT_EQ(interfaces->at(0).device->name, "eth0");
  EXPECT_EQ(interfaces->at(1).binding.name, "vmk1");
  EXPECT_FALSE(interfaces->at(1).device.has_value());
}

TEST_F(ReconcilerTest, ANameTheKernelRefusesStillWorksHere) {
  host_.files.files.clear();
  host_.interfaces.Set(host::SandboxDevices());
  host_.interfaces.FailNameChanges(absl::PermissionDeniedError("Operation not permitted"));
  Restart();
  EXPECT_THAT(CodesOf(reconciler_->Ptp().conditions), Contains("INTERFACE_NOT_NAMED"));
  EXPECT_EQ(Set(Enable("vmk0"))->ptp.device, "eth0");
}

}  // namespace
}  // namespace hostctl::reconcile
