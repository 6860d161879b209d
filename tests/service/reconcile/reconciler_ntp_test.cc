// The reconciler and NTP: one transaction over settings, ruleset and chronyd.
#include <memory>
#include <string>

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {
namespace {

using store::NtpServer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Action = ServiceUpdate::Action;

class NtpTest : public ::testing::Test {
 protected:
  NtpTest() { Restart(); }

  // hostd ends and starts again; the host stays.
  void Restart() {
    reconciler_ = host_.NewReconciler();
    ASSERT_TRUE(reconciler_->Start().ok());
  }
  absl::StatusOr<NtpSetResult> Set(const NtpUpdate& update, bool validate_only = false) {
    return reconciler_->UpdateNtp(update, validate_only);
  }
  static NtpUpdate On() {
    NtpUpdate update;
    update.enabled = true;
    update.servers = {NtpServer{"192.0.2.1"}};
    return update;
  }
  static NtpUpdate Off() {
    NtpUpdate update;
    update.enabled = false;
    return update;
  }
  static NtpUpdate Directive(const std::string& line) {
    NtpUpdate update;
    update.directives = {line};
    return update;
  }
  bool Open() { return RulesetPasses(*host_.firewall.policy(), "ntpClient"); }
  std::vector<std::string> Codes() { return CodesOf(reconciler_->Ntp().conditions); }

  FakeHost host_;
  std::unique_ptr<Reconciler> reconciler_;
};

TEST_F(NtpTest, EnabledChronydRunsWithOurConfigurationAndTheRulesetIsOpen) {
  const auto done = Set(On());
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, Contains(Change{"service.chronyd", "stopped", "running"}));
  EXPECT_THAT(done->changes, Contains(Change{"ntp.enabled", "false", "true"}));
  EXPECT_TRUE(host_.services.Runs());
  EXPECT_TRUE(Open());
  EXPECT_EQ(host_.services.chronyd.configuration,
            (daemon::OwnConfiguration{"/run/chrony.conf", "info"}));
  EXPECT_THAT(*host_.chrony.text, HasSubstr("server 192.0.2.1 iburst\n"));
  EXPECT_TRUE(host_.Stored().ntp.enabled);
  const NtpView view = reconciler_->Ntp();
  EXPECT_EQ(view.service_state, ServiceState::kRunning);
  EXPECT_TRUE(view.in_control);
  EXPECT_TRUE(view.ruleset_enabled);
}

TEST_F(NtpTest, OnlyTheFirstStartMayStep) {
  ASSERT_TRUE(Set(On()).ok());
  ASSERT_EQ(host_.chrony.history.size(), 2u);
  EXPECT_THAT(host_.chrony.history[0], HasSubstr("makestep"));
  EXPECT_THAT(host_.chrony.history[1], Not(HasSubstr("makestep"))) << "whoever starts it again";
  ASSERT_TRUE(Set(Directive("minsources 2")).ok());
  EXPECT_EQ(host_.services.starts, 2);
  for (size_t i = 2; i < host_.chrony.history.size(); ++i) {
    EXPECT_THAT(host_.chrony.history[i], Not(HasSubstr("makestep"))) << "it keeps the clock";
  }
  ASSERT_TRUE(Set(Off()).ok());
  ASSERT_TRUE(Set(On()).ok());
  EXPECT_THAT(host_.chrony.history[host_.chrony.history.size() - 2], HasSubstr("makestep"));
}

TEST_F(NtpTest, SwitchedOffItIsStoppedAndClosed) {
  ASSERT_TRUE(Set(On()).ok());
  ASSERT_TRUE(Set(Off()).ok());
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_FALSE(Open());
  EXPECT_EQ(host_.services.configuration, std::nullopt) << "the next start is the host's own";
  EXPECT_EQ(reconciler_->Ntp().service_state, ServiceState::kStopped);
}

TEST_F(NtpTest, AskingForWhatIsSoDisturbsNothing) {
  ASSERT_TRUE(Set(On()).ok());
  const auto again = Set(On());
  ASSERT_TRUE(again.ok());
  EXPECT_THAT(again->changes, IsEmpty());
  reconciler_->Reconcile();
  Restart();
  EXPECT_EQ(host_.services.starts, 1);
  EXPECT_EQ(host_.services.stops, 0);
}

TEST_F(NtpTest, AnotherLogLevelStartsItAnew) {
  ASSERT_TRUE(Set(On()).ok());
  NtpUpdate quiet;
  quiet.log_level = "error";
  ASSERT_TRUE(Set(quiet).ok());
  EXPECT_EQ(host_.services.chronyd.configuration->log_level, "error");
  EXPECT_EQ(host_.services.starts, 2);
}

TEST_F(NtpTest, AFileThatSomebodyHasChangedIsPutBack) {
  ASSERT_TRUE(Set(On()).ok());
  *host_.chrony.text += "server 198.51.100.1\n";
  reconciler_->Reconcile();
  EXPECT_THAT(*host_.chrony.text, Not(HasSubstr("198.51.100.1")));
  EXPECT_EQ(host_.services.starts, 2);
}

TEST_F(NtpTest, AChronydOfTheHostGivesWayToOurs) {
  ASSERT_TRUE(reconciler_->UpdateService(Act(Action::kStart, "chronyd"), false).ok());
  EXPECT_EQ(host_.services.chronyd.configuration, std::nullopt);
  ASSERT_TRUE(Set(On()).ok());
  EXPECT_TRUE(host_.services.chronyd.configuration.has_value());
  EXPECT_EQ(host_.services.starts, 2);
  EXPECT_THAT(host_.chrony.history[0], Not(HasSubstr("makestep"))) << "the clock was kept";
}

TEST_F(NtpTest, WhatChronydRefusesChangesNothing) {
  ASSERT_TRUE(Set(On()).ok());
  const auto before = host_.Stored();
  host_.chrony.problem = ntp::ConfProblem{host_.chrony.checked.size() + 1, "Invalid directive"};
  const auto refused = Set(Directive("nosuch 1"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailOf(refused.status()).reason, "NTP_DIRECTIVE_INVALID");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("`nosuch 1`: Invalid directive"));
  EXPECT_EQ(host_.Stored(), before);
  EXPECT_EQ(host_.services.starts, 1);
  host_.chrony.problem = ntp::ConfProblem{2, "Could not parse server directive"};
  EXPECT_EQ(DetailOf(Set(Directive("minsources 1")).status()).reason, "NTP_SERVER_INVALID");
}

TEST_F(NtpTest, AStartThatFailsLeavesEverythingAsItWas) {
  host_.services.next_start = absl::UnavailableError("chronyd ended right after its start");
  const auto failed = Set(On());
  EXPECT_EQ(DetailOf(failed.status()).reason, "SERVICE_START_FAILED");
  EXPECT_FALSE(host_.Stored().ntp.enabled);
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_THAT(Codes(), IsEmpty());

  ASSERT_TRUE(Set(On()).ok());
  host_.services.next_start = absl::UnavailableError("chronyd ended right after its start");
  const auto again = Set(Directive("minsources 2"));
  EXPECT_EQ(DetailOf(again.status()).reason, "SERVICE_START_FAILED");
  EXPECT_THAT(host_.Stored().ntp.directives, IsEmpty());
  EXPECT_TRUE(host_.services.Runs()) << "with the former configuration";
  EXPECT_THAT(*host_.chrony.text, Not(HasSubstr("minsources")));
}

TEST_F(NtpTest, ADryRunChangesNothing) {
  const auto would = Set(On(), /*validate_only=*/true);
  ASSERT_TRUE(would.ok());
  EXPECT_THAT(would->changes, Contains(Change{"service.chronyd", "stopped", "running"}));
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_THAT(host_.chrony.history, IsEmpty());
}

TEST_F(NtpTest, WithoutChronydItCannotBeEnabledButItsServersCanBeSet) {
  host_.services.chronyd.installed = false;
  host_.services.chronyd.why_not_installed = "there is no /usr/sbin/chronyd";
  EXPECT_EQ(DetailOf(Set(On()).status()).reason, "SERVICE_NOT_INSTALLED");
  NtpUpdate servers;
  servers.servers = {NtpServer{"192.0.2.1"}};
  EXPECT_TRUE(Set(servers).ok());
}

TEST_F(NtpTest, StoppedByHandItSaysSoUntilItIsStarted) {
  ASSERT_TRUE(Set(On()).ok());
  ASSERT_TRUE(reconciler_->UpdateService(Act(Action::kStop, "chronyd"), false).ok());
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_THAT(Codes(), ElementsAre("SERVICE_NOT_STARTED"));
  EXPECT_EQ(DetailOf(reconciler_->NtpStats().status()).reason, "SERVICE_NOT_STARTED");
  ASSERT_TRUE(reconciler_->UpdateService(Act(Action::kStart, "chronyd"), false).ok());
  EXPECT_TRUE(host_.services.chronyd.configuration.has_value());
}

TEST_F(NtpTest, WhatStandsInItsWayIsAConditionWithARemedy) {
  ASSERT_TRUE(Set(On()).ok());
  EXPECT_THAT(Codes(), ElementsAre("CLOCK_ONLY_MEASURED")) << "the fake is started with -x";
  host_.services.chronyd.steers_clock = true;
  EXPECT_THAT(Codes(), IsEmpty());
  FirewallChange close;
  RulesetUpdate ruleset;
  ruleset.ruleset_id = "ntpClient";
  ruleset.enabled = false;
  ASSERT_TRUE(reconciler_->ChangeFirewall(ruleset, {}).ok());
  EXPECT_THAT(Codes(), ElementsAre("RULESET_CLOSED"));
  host_.services.Die();
  host_.services.next_start = absl::UnavailableError("no memory");
  reconciler_->Reconcile();
  EXPECT_THAT(Codes(), ElementsAre("NTP_NOT_RUNNING", "RULESET_CLOSED"));
}

TEST_F(NtpTest, WhatIsMeasuredIsAskedOfChronyd) {
  EXPECT_EQ(DetailOf(reconciler_->NtpStats().status()).reason, "NTP_DISABLED");
  ASSERT_TRUE(Set(On()).ok());
  host_.chrony.stats->set_stratum(3);
  ASSERT_TRUE(reconciler_->NtpStats().ok());
  EXPECT_EQ(reconciler_->NtpStats()->stratum(), 3u);
  host_.chrony.stats = absl::UnavailableError("506 Cannot talk to daemon");
  EXPECT_EQ(DetailOf(reconciler_->NtpStats().status()).reason, "NTP_NOT_ANSWERING");
}

TEST_F(NtpTest, BesidePtpAsASourceItIsRefused) {
  ASSERT_TRUE(reconciler_->UpdatePtp(Enable("vmk0"), false).ok());
  EXPECT_EQ(DetailOf(Set(On()).status()).reason, "CLOCK_HAS_OWNER");
  EXPECT_FALSE(host_.services.Runs());
  ASSERT_TRUE(reconciler_->UpdatePtp(Disable(), false).ok());
  ASSERT_TRUE(Set(On()).ok());
  EXPECT_EQ(DetailOf(reconciler_->UpdatePtp(Enable("vmk0"), false).status()).reason,
            "CLOCK_HAS_OWNER");
}

}  // namespace
}  // namespace hostctl::reconcile
