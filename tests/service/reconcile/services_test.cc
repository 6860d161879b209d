// The reconciler and the services: ESXi's flow, who owns the clock, what survives.
#include <memory>
#include <string>

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {
namespace {

using store::ServicePolicy;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Action = ServiceUpdate::Action;

class ServicesTest : public ::testing::Test {
 protected:
  ServicesTest() { Restart(); }

  // hostd ends and starts again; the host stays.
  void Restart() {
    reconciler_ = host_.NewReconciler();
    ASSERT_TRUE(reconciler_->Start().ok());
  }
  void Reboot() {
    host_.Reboot();
    Restart();
  }

  absl::StatusOr<ServiceSetResult> Set(const ServiceUpdate& update) {
    return reconciler_->UpdateService(update, /*validate_only=*/false);
  }
  std::string ReasonOf(const ServiceUpdate& update) {
    return DetailOf(Set(update).status()).reason;
  }
  absl::Status SetPtp(const PtpUpdate& update) {
    return reconciler_->UpdatePtp(update, /*validate_only=*/false).status();
  }
  bool Open() { return RulesetPasses(*host_.firewall.policy(), "ptpd"); }
  ServiceView View(const std::string& key) {
    for (const ServiceView& view : reconciler_->Services()) {
      if (view.definition.key == key) return view;
    }
    ADD_FAILURE() << "no service " << key;
    return {};
  }
  void ExpectPtpdRuns(bool runs) {
    EXPECT_EQ(host_.engine.pid() != 0, runs);
    EXPECT_EQ(Open(), runs);
    EXPECT_EQ(reconciler_->Ptp().service_state,
              runs ? ServiceState::kRunning : ServiceState::kStopped);
    EXPECT_EQ(View("ptpd").state, runs ? ServiceState::kRunning : ServiceState::kStopped);
  }
  // Both would steer the system clock.
  void LetChronydSteer() { host_.services.chronyd.steers_clock = true; }

  FakeHost host_;
  std::unique_ptr<Reconciler> reconciler_;
};

TEST_F(ServicesTest, BothAreListedAsOnAFreshHost) {
  const auto views = reconciler_->Services();
  ASSERT_EQ(views.size(), 2u);
  EXPECT_EQ(views[0].definition.key, "chronyd");
  EXPECT_EQ(views[0].definition.label, "NTP Daemon");
  EXPECT_EQ(views[0].policy, ServicePolicy::kOff);
  EXPECT_EQ(views[0].state, ServiceState::kStopped);
  EXPECT_EQ(views[1].definition.key, "ptpd");
  EXPECT_EQ(views[1].definition.label, "PTP Daemon");
  EXPECT_EQ(views[1].policy, ServicePolicy::kOn);
  EXPECT_EQ(views[1].state, ServiceState::kStopped);
  EXPECT_EQ(views[1].reason, "PTP is not enabled");
}

// PTP configured and enabled, the service started by hand, and gone at reboot.
TEST_F(ServicesTest, PolicyOffIsEsxisFlow) {
  ASSERT_TRUE(Set(SetPolicy("ptpd", ServicePolicy::kOff)).ok());
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  ExpectPtpdRuns(false);
  const PtpView waiting = reconciler_->Ptp();
  ASSERT_THAT(CodesOf(waiting.conditions), ElementsAre("SERVICE_NOT_STARTED"));
  EXPECT_EQ(waiting.conditions[0].remedy, "hostctl system service start --service ptpd");
  EXPECT_EQ(DetailOf(reconciler_->Stats().status()).reason, "SERVICE_NOT_STARTED");

  const auto started = Set(Act(Action::kStart, "ptpd"));
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_THAT(started->changes,
              ElementsAre(Change{"firewall.ruleset.ptpd.enabled", "false", "true"},
                          Change{"service.ptpd", "stopped", "running"}));
  ExpectPtpdRuns(true);
  EXPECT_THAT(reconciler_->Ptp().conditions, IsEmpty());

  Restart();
  ExpectPtpdRuns(true);
  EXPECT_EQ(host_.engine.starts, 1);

  Reboot();
  ExpectPtpdRuns(false);
  EXPECT_TRUE(reconciler_->Ptp().settings.enabled);
}

TEST_F(ServicesTest, PolicyOnRunsWithTheHost) {
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  ExpectPtpdRuns(true);
  Reboot();
  ExpectPtpdRuns(true);
}

TEST_F(ServicesTest, StoppedByHandHoldsUntilTheHostStartsAgain) {
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  ASSERT_TRUE(Set(Act(Action::kStop, "ptpd")).ok());
  ExpectPtpdRuns(false);
  reconciler_->Reconcile();
  ASSERT_TRUE(SetPtp(Domain(7)).ok());
  ExpectPtpdRuns(false);
  Restart();
  ExpectPtpdRuns(false);
  EXPECT_EQ(View("ptpd").reason, "it was stopped by hand");
  Reboot();
  ExpectPtpdRuns(true);
}

TEST_F(ServicesTest, SwitchingPtpOffAndOnForgetsTheStop) {
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  ASSERT_TRUE(Set(Act(Action::kStop, "ptpd")).ok());
  ASSERT_TRUE(SetPtp(Disable()).ok());
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  ExpectPtpdRuns(true);
}

TEST_F(ServicesTest, RestartOfPtpdIsAnotherProcess) {
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  const pid_t before = host_.engine.pid();
  const auto done = Set(Act(Action::kRestart, "ptpd"));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, ElementsAre(Change{"service.ptpd", "running", "restarted"}));
  EXPECT_NE(host_.engine.pid(), before);
  ExpectPtpdRuns(true);
  EXPECT_EQ(View("ptpd").restarts, 0u) << "it was asked for";
}

TEST_F(ServicesTest, ACrashOfPtpdIsCountedAndTold) {
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  host_.engine.Die();
  reconciler_->Reconcile();
  ExpectPtpdRuns(true);
  EXPECT_EQ(View("ptpd").restarts, 1u);
  EXPECT_EQ(View("ptpd").last_exit, "was ended by signal 9 (Killed)");
  ASSERT_EQ(host_.events.size(), 1u);
  EXPECT_EQ(host_.events[0].code(), v1::EVENT_CODE_ENGINE_RESTARTED);
  EXPECT_EQ(host_.events[0].subject(), "ptpd");
  EXPECT_EQ(host_.events[0].new_value(), "was ended by signal 9 (Killed)");
}

TEST_F(ServicesTest, PtpdThatDoesNotStartLeavesEverythingAsItWas) {
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  ASSERT_TRUE(Set(Act(Action::kStop, "ptpd")).ok());
  host_.engine.next_start = absl::NotFoundError("cannot start /nowhere/ptpd");
  EXPECT_EQ(ReasonOf(Act(Action::kStart, "ptpd")), "SERVICE_START_FAILED");
  ExpectPtpdRuns(false);
  Restart();
  ExpectPtpdRuns(false);
}

TEST_F(ServicesTest, ADryRunSaysTheSameAndDoesNothing) {
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  for (const ServiceUpdate& update :
       {Act(Action::kStop, "ptpd"), Act(Action::kRestart, "ptpd"), Act(Action::kStart, "chronyd"),
        SetPolicy("chronyd", ServicePolicy::kOn)}) {
    const int writes = host_.files.writes;
    const auto dry = reconciler_->UpdateService(update, /*validate_only=*/true);
    ASSERT_TRUE(dry.ok()) << dry.status();
    EXPECT_EQ(host_.files.writes, writes);
    ExpectPtpdRuns(true);
    EXPECT_EQ(host_.engine.starts, 1);
    EXPECT_EQ(host_.services.starts, 0);
  }
  const auto dry = reconciler_->UpdateService(Act(Action::kStop, "ptpd"), /*validate_only=*/true);
  ASSERT_TRUE(dry.ok()) << dry.status();
  EXPECT_EQ(dry->changes, Set(Act(Action::kStop, "ptpd"))->changes);
}

TEST_F(ServicesTest, ChronydStartsStopsAndIsRememberedUntilReboot) {
  ASSERT_TRUE(Set(Act(Action::kStart, "chronyd")).ok());
  EXPECT_TRUE(host_.services.Runs());
  EXPECT_EQ(View("chronyd").state, ServiceState::kRunning);
  EXPECT_EQ(View("chronyd").pid, 501);
  Restart();
  EXPECT_EQ(host_.services.starts, 1);
  host_.services.Die();
  reconciler_->TendServices();
  EXPECT_TRUE(host_.services.Runs()) << "wanted, so started again";
  ASSERT_TRUE(Set(Act(Action::kStop, "chronyd")).ok());
  EXPECT_FALSE(host_.services.Runs());
  ASSERT_TRUE(Set(Act(Action::kStart, "chronyd")).ok());
  Reboot();
  EXPECT_FALSE(host_.services.Runs());
}

TEST_F(ServicesTest, ChronydOfPolicyOnIsBackAfterReboot) {
  ASSERT_TRUE(Set(SetPolicy("chronyd", ServicePolicy::kOn)).ok());
  EXPECT_TRUE(host_.services.Runs());
  EXPECT_EQ(host_.Stored().services.at("chronyd"), ServicePolicy::kOn);
  Reboot();
  EXPECT_TRUE(host_.services.Runs());
}

TEST_F(ServicesTest, AutomaticChronydFollowsItsRuleset) {
  ASSERT_TRUE(Set(SetPolicy("chronyd", ServicePolicy::kAutomatic)).ok());
  EXPECT_TRUE(host_.services.Runs());
  RulesetUpdate close;
  close.ruleset_id = "ntpClient";
  close.enabled = false;
  ASSERT_TRUE(reconciler_->ChangeFirewall(close, {}).ok());
  EXPECT_FALSE(host_.services.Runs());
  close.enabled = true;
  ASSERT_TRUE(reconciler_->ChangeFirewall(close, {}).ok());
  EXPECT_TRUE(host_.services.Runs());
}

TEST_F(ServicesTest, WhatOthersHaveStartedMayStayUntilItIsStoppedByHand) {
  host_.services.chronyd.state = daemon::RunState::kRunning;
  reconciler_->Reconcile();
  EXPECT_TRUE(host_.services.Runs());
  EXPECT_EQ(View("chronyd").state, ServiceState::kRunning);
  ASSERT_TRUE(Set(Act(Action::kStop, "chronyd")).ok());
  EXPECT_FALSE(host_.services.Runs());
  Restart();
  host_.services.chronyd.state = daemon::RunState::kRunning;
  reconciler_->Reconcile();
  EXPECT_FALSE(host_.services.Runs()) << "stopped by hand holds";
}

TEST_F(ServicesTest, AMissingChronydIsNamed) {
  host_.services.chronyd.installed = false;
  host_.services.chronyd.why_not_installed = "there is no program /usr/sbin/chronyd";
  const absl::Status refused = Set(Act(Action::kStart, "chronyd")).status();
  EXPECT_EQ(DetailOf(refused).reason, "SERVICE_NOT_INSTALLED");
  EXPECT_EQ(refused.message(),
            "the service chronyd is not installed: there is no program /usr/sbin/chronyd");
  EXPECT_EQ(ReasonOf(SetPolicy("chronyd", ServicePolicy::kOn)), "SERVICE_NOT_INSTALLED");
  EXPECT_EQ(host_.Stored().services.at("chronyd"), ServicePolicy::kOff);
  EXPECT_FALSE(View("chronyd").installed);
}

TEST_F(ServicesTest, AChronydThatEndsAtOnceLeavesEverythingAsItWas) {
  host_.services.next_start = absl::UnavailableError("chronyd ended with exit code 1");
  const absl::Status refused = Set(SetPolicy("chronyd", ServicePolicy::kOn)).status();
  EXPECT_EQ(DetailOf(refused).reason, "SERVICE_START_FAILED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("exit code 1"));
  EXPECT_EQ(View("chronyd").policy, ServicePolicy::kOff);
  EXPECT_EQ(View("chronyd").state, ServiceState::kStopped);
}

TEST_F(ServicesTest, AFullDiskLeavesChronydStopped) {
  host_.files.next_write = absl::ResourceExhaustedError("No space left on device");
  EXPECT_EQ(ReasonOf(Act(Action::kStart, "chronyd")), "STATE_NOT_STORED");
  EXPECT_FALSE(host_.services.Runs());
}

TEST_F(ServicesTest, AWantedChronydThatDoesNotStartIsTriedAgainWithABackOff) {
  ASSERT_TRUE(Set(SetPolicy("chronyd", ServicePolicy::kOn)).ok());
  host_.now = Reconciler::TimePoint{} + std::chrono::hours(1);
  const auto fail = [this] {
    host_.services.next_start = absl::UnavailableError("no configuration");
    host_.services.Die();
    reconciler_->TendServices();
  };
  fail();
  EXPECT_EQ(View("chronyd").state, ServiceState::kFailed);
  EXPECT_THAT(View("chronyd").reason, HasSubstr("no configuration"));
  fail();
  const int attempts = host_.services.start_attempts;
  reconciler_->TendServices();
  EXPECT_EQ(host_.services.start_attempts, attempts) << "not before 0.25 s have gone by";
  *host_.now += std::chrono::milliseconds(250);
  EXPECT_EQ(reconciler_->watched().retry_at, host_.now);
  host_.services.next_start = absl::OkStatus();
  reconciler_->TendServices();
  EXPECT_TRUE(host_.services.Runs());
  EXPECT_FALSE(reconciler_->watched().retry_at.has_value());
}

TEST_F(ServicesTest, AFailingChronydStandsInTheWayOfNothingElse) {
  ASSERT_TRUE(Set(SetPolicy("chronyd", ServicePolicy::kOn)).ok());
  host_.services.Die();
  host_.services.next_start = absl::UnavailableError("no configuration");
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  ExpectPtpdRuns(true);
}

TEST_F(ServicesTest, PtpAndChronydNeverSteerTheClockBothAtOnce) {
  LetChronydSteer();
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  EXPECT_EQ(ReasonOf(Act(Action::kStart, "chronyd")), "CLOCK_HAS_OWNER");
  EXPECT_EQ(ReasonOf(SetPolicy("chronyd", ServicePolicy::kOn)), "CLOCK_HAS_OWNER");
  EXPECT_EQ(host_.services.start_attempts, 0);
  PtpUpdate measure;
  measure.read_only = true;
  ASSERT_TRUE(SetPtp(measure).ok());
  ASSERT_TRUE(Set(Act(Action::kStart, "chronyd")).ok());
  measure.read_only = false;
  EXPECT_EQ(DetailOf(SetPtp(measure)).reason, "CLOCK_HAS_OWNER");
  EXPECT_TRUE(host_.engine.config()->read_only());
}

TEST_F(ServicesTest, AChronydThatOthersStartBesidePtpIsStopped) {
  LetChronydSteer();
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  host_.services.chronyd.state = daemon::RunState::kRunning;
  reconciler_->TendServices();
  EXPECT_FALSE(host_.services.Runs());
  ExpectPtpdRuns(true);
}

TEST_F(ServicesTest, TheStoredPolicyOutlivesAManagerThatDoesNotAnswer) {
  ASSERT_TRUE(Set(SetPolicy("chronyd", ServicePolicy::kOn)).ok());
  host_.services.state_status = absl::UnavailableError("no bus");
  Restart();
  EXPECT_EQ(View("chronyd").state, ServiceState::kFailed);
  EXPECT_EQ(View("chronyd").reason, "its state is not known: no bus");
  EXPECT_EQ(View("chronyd").policy, ServicePolicy::kOn);
}

TEST_F(ServicesTest, AnUnreadableRuntimeFileIsForgottenAndLogged) {
  ASSERT_TRUE(SetPtp(Enable("vmk0")).ok());
  ASSERT_TRUE(Set(Act(Action::kStop, "ptpd")).ok());
  host_.files.files["/run/services.json"] = "{";
  Restart();
  ExpectPtpdRuns(true);
  EXPECT_THAT(host_.lines, Contains(HasSubstr("started by hand is forgotten")));
}

}  // namespace
}  // namespace hostctl::reconcile
