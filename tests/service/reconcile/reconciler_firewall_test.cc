// The firewall as the reconciler keeps it: on the fakes of one small host.
#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {
namespace {

using firewall::DefaultAction;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

FirewallUpdate Action(DefaultAction action) {
  FirewallUpdate update;
  update.default_action = action;
  return update;
}

RulesetUpdate Open(const std::string& id, bool open = true) {
  RulesetUpdate update;
  update.ruleset_id = id;
  update.enabled = open;
  return update;
}

ChangeMode ConfirmWithin(seconds time) {
  ChangeMode mode;
  mode.confirm_within = time;
  return mode;
}

ChangeMode Forced() {
  ChangeMode mode;
  mode.force = true;
  return mode;
}

class ReconcilerFirewallTest : public ::testing::Test {
 protected:
  ReconcilerFirewallTest() {
    host_.now = Reconciler::TimePoint() + std::chrono::hours(1);
    Restart();
  }

  void Restart() {
    reconciler_ = host_.NewReconciler();
    ASSERT_TRUE(reconciler_->Start().ok());
  }
  void Reboot() {
    host_.boot_time = {"boot-2", seconds(20)};
    host_.firewall.FlushFromOutside();
    Restart();
  }
  void Pass(seconds time) {
    *host_.now += time;
    host_.boot_time.since_boot += time;
  }
  void OpenSsh() { ASSERT_TRUE(reconciler_->ChangeFirewall(Open("sshServer"), {}).ok()); }
  std::string ReasonOf(const FirewallChange& change, const ChangeMode& mode = {}) {
    return DetailOf(reconciler_->ChangeFirewall(change, mode).status()).reason;
  }
  DefaultAction InKernel() { return host_.firewall.policy()->default_action; }

  FakeHost host_;
  std::unique_ptr<Reconciler> reconciler_;
};

TEST_F(ReconcilerFirewallTest, TheDefaultActionIsAppliedAndStored) {
  OpenSsh();
  const auto done = reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), {});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, ElementsAre(Change{"firewall.default_action", "PASS", "DROP"}));
  EXPECT_THAT(CodesOf(done->notes), ElementsAre("RULESETS_CLOSED_BY_DEFAULT"));
  EXPECT_EQ(done->firewall.policy.default_action, DefaultAction::kDrop);
  EXPECT_EQ(InKernel(), DefaultAction::kDrop);
  EXPECT_EQ(host_.Stored().firewall.default_action, DefaultAction::kDrop);
}

TEST_F(ReconcilerFirewallTest, ADryRunSaysTheSameAndDoesNothing) {
  OpenSsh();
  ChangeMode dry;
  dry.validate_only = true;
  dry.confirm_within = seconds(60);
  const auto done = reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), dry);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, ElementsAre(Change{"firewall.default_action", "PASS", "DROP"}));
  EXPECT_TRUE(done->firewall.pending.has_value());
  EXPECT_EQ(InKernel(), DefaultAction::kPass);
  EXPECT_FALSE(reconciler_->Firewall().pending.has_value());
}

TEST_F(ReconcilerFirewallTest, WhatShutsTheAdministratorOutNeedsForce) {
  EXPECT_EQ(ReasonOf(Action(DefaultAction::kDrop)), "SSH_NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(Open("sshServer", false)), "SSH_NOT_ALLOWED");
  EXPECT_EQ(InKernel(), DefaultAction::kPass);
  EXPECT_TRUE(reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), Forced()).ok());
  EXPECT_EQ(InKernel(), DefaultAction::kDrop);
}

TEST_F(ReconcilerFirewallTest, ASessionThatIsOpenIsNotEndedWithoutForce) {
  OpenSsh();
  host_.ssh_sessions = {"192.0.2.7"};
  RulesetUpdate narrow;
  narrow.ruleset_id = "sshServer";
  narrow.allow_all = false;
  narrow.allowed_ips = {"192.0.2.8"};
  EXPECT_EQ(ReasonOf(narrow), "SSH_NOT_ALLOWED");
  narrow.allowed_ips = {"192.0.2.0/29"};
  EXPECT_EQ(ReasonOf(narrow), "");
  EXPECT_EQ(
      ReasonOf(AllowedIpsChange{AllowedIpsChange::Kind::kRemove, "sshServer", {"192.0.2.0/29"}}),
      "SSH_NOT_ALLOWED");
}

TEST_F(ReconcilerFirewallTest, WhatNobodyConfirmsIsUndoneWhenItsTimeHasRunOut) {
  OpenSsh();
  const auto done =
      reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), ConfirmWithin(seconds(60)));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(CodesOf(done->notes), Contains("CONFIRMATION_PENDING"));
  EXPECT_EQ(reconciler_->watched().retry_at, *host_.now + seconds(60));
  Pass(seconds(59));
  reconciler_->Reconcile();
  EXPECT_EQ(InKernel(), DefaultAction::kDrop);
  ASSERT_TRUE(reconciler_->Firewall().pending.has_value());
  EXPECT_EQ(reconciler_->Firewall().pending->time_left, seconds(1));
  EXPECT_THAT(reconciler_->Firewall().pending->changes,
              ElementsAre(Change{"firewall.default_action", "PASS", "DROP"}));
  Pass(seconds(1));
  reconciler_->Reconcile();
  EXPECT_EQ(InKernel(), DefaultAction::kPass);
  EXPECT_EQ(host_.Stored().firewall.default_action, DefaultAction::kPass);
  EXPECT_FALSE(reconciler_->Firewall().pending.has_value());
  EXPECT_FALSE(reconciler_->watched().retry_at.has_value());
  // Nobody did that: it is an event of the host itself.
  ASSERT_EQ(host_.events.size(), 1u);
  EXPECT_EQ(host_.events[0].code(), v1::EVENT_CODE_CONFIGURATION_CHANGED);
  EXPECT_EQ(host_.events[0].subject(), "firewall.default_action");
  EXPECT_EQ(host_.events[0].old_value(), "DROP");
  EXPECT_EQ(host_.events[0].new_value(), "PASS");
  EXPECT_EQ(host_.events[0].actor(), "");
  EXPECT_EQ(DetailOf(reconciler_->ConfirmFirewall().status()).reason, "CONFIRMATION_NOT_PENDING");
}

TEST_F(ReconcilerFirewallTest, WhatIsConfirmedStays) {
  OpenSsh();
  ASSERT_TRUE(
      reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), ConfirmWithin(seconds(60))).ok());
  const auto confirmed = reconciler_->ConfirmFirewall();
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_THAT(confirmed->changes, ElementsAre(Change{"firewall.default_action", "PASS", "DROP"}));
  Pass(seconds(61));
  Restart();
  EXPECT_EQ(InKernel(), DefaultAction::kDrop);
  EXPECT_FALSE(reconciler_->watched().retry_at.has_value());
}

TEST_F(ReconcilerFirewallTest, AConfirmationThatComesTooLateIsRefusedAndTheChangeUndone) {
  OpenSsh();
  ASSERT_TRUE(
      reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), ConfirmWithin(seconds(60))).ok());
  Pass(seconds(60));
  EXPECT_EQ(DetailOf(reconciler_->ConfirmFirewall().status()).reason, "CONFIRMATION_NOT_PENDING");
  EXPECT_EQ(InKernel(), DefaultAction::kPass);
}

TEST_F(ReconcilerFirewallTest, TheDeadlineOutlivesHostd) {
  OpenSsh();
  ASSERT_TRUE(
      reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), ConfirmWithin(seconds(60))).ok());
  Pass(seconds(30));
  Restart();
  EXPECT_EQ(InKernel(), DefaultAction::kDrop);
  EXPECT_EQ(reconciler_->watched().retry_at, *host_.now + seconds(30));
  Pass(seconds(30));
  Restart();
  EXPECT_EQ(InKernel(), DefaultAction::kPass) << "also when it ran out while hostd was away";
}

TEST_F(ReconcilerFirewallTest, ARebootBeforeTheConfirmationUndoesTheChange) {
  OpenSsh();
  ASSERT_TRUE(
      reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), ConfirmWithin(seconds(60))).ok());
  Reboot();
  EXPECT_EQ(InKernel(), DefaultAction::kPass);
  EXPECT_FALSE(reconciler_->Firewall().pending.has_value());
}

TEST_F(ReconcilerFirewallTest, AFullDiskDoesNotKeepTheChangeFromBeingUndone) {
  OpenSsh();
  ASSERT_TRUE(
      reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), ConfirmWithin(seconds(60))).ok());
  Pass(seconds(60));
  host_.files.next_write = absl::ResourceExhaustedError("No space left on device");
  reconciler_->Reconcile();
  EXPECT_EQ(InKernel(), DefaultAction::kPass);
  Restart();
  EXPECT_EQ(InKernel(), DefaultAction::kPass);
}

TEST_F(ReconcilerFirewallTest, PtpSwitchedOnMeanwhileStaysOnAndOpen) {
  OpenSsh();
  ASSERT_TRUE(
      reconciler_->ChangeFirewall(Action(DefaultAction::kDrop), ConfirmWithin(seconds(60))).ok());
  ASSERT_TRUE(reconciler_->UpdatePtp(Enable("vmk0"), false).ok());
  Pass(seconds(60));
  reconciler_->Reconcile();
  EXPECT_EQ(InKernel(), DefaultAction::kPass);
  EXPECT_TRUE(host_.firewall.policy()->rulesets.at("ptpd").enabled);
  EXPECT_TRUE(reconciler_->Ptp().settings.enabled);
}

TEST_F(ReconcilerFirewallTest, UnloadedItIsLeftOpenAlsoByTheNextHostdButNotByTheNextBoot) {
  ASSERT_TRUE(reconciler_->ChangeFirewall(Open("prometheus", false), {}).ok());
  const auto done = reconciler_->ChangeFirewall(LoadChange{false}, {});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(done->changes, ElementsAre(Change{"firewall.loaded", "true", "false"}));
  EXPECT_FALSE(done->firewall.loaded);
  EXPECT_THAT(CodesOf(done->firewall.conditions), ElementsAre("FIREWALL_UNLOADED"));
  EXPECT_FALSE(host_.firewall.policy()->enabled);
  Restart();
  EXPECT_FALSE(host_.firewall.policy()->enabled);
  Reboot();
  EXPECT_TRUE(host_.firewall.policy()->enabled);
  EXPECT_TRUE(reconciler_->Firewall().loaded);
  EXPECT_FALSE(host_.firewall.policy()->rulesets.at("prometheus").enabled);
}

TEST_F(ReconcilerFirewallTest, RefreshTakesWhatIsGoodAndReportsTheRest) {
  host_.rulesets.definitions.push_back({"web",
                                        "",
                                        {{firewall::Direction::kInbound, firewall::Protocol::kTcp,
                                          firewall::PortType::kDst, 443, 443}},
                                        true,
                                        true,
                                        "",
                                        "/f/web.json"});
  host_.rulesets.problems = {{"/f/bad.json", 3, "the port is 70000"}};
  auto dry = reconciler_->RefreshFirewall(/*validate_only=*/true);
  ASSERT_TRUE(dry.ok()) << dry.status();
  EXPECT_THAT(dry->changes,
              ElementsAre(Change{"firewall.ruleset.web.rules", "", "Inbound TCP Dst 443"}));
  EXPECT_EQ(ReasonOf(Open("web")), "RULESET_NOT_FOUND") << "a dry run";

  const auto done = reconciler_->RefreshFirewall(/*validate_only=*/false);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->changes, dry->changes);
  ASSERT_EQ(done->problems.size(), 1u);
  EXPECT_EQ(done->problems.front().line, 3);
  EXPECT_THAT(CodesOf(reconciler_->Firewall().conditions), ElementsAre("SITE_FILE_REFUSED"));
  EXPECT_EQ(ReasonOf(Open("web")), "");
}

TEST_F(ReconcilerFirewallTest, ARulesetWhoseFileIsGoneIsKeptInMindAndSaid) {
  host_.rulesets.definitions.push_back({"web", "", {{}}, true, true, "", "/f/web.json"});
  host_.rulesets.definitions.back().rules = {{firewall::Direction::kInbound,
                                              firewall::Protocol::kTcp, firewall::PortType::kDst,
                                              443, 443}};
  ASSERT_TRUE(reconciler_->RefreshFirewall(false).ok());
  ASSERT_TRUE(reconciler_->ChangeFirewall(Open("web", false), {}).ok());
  host_.rulesets.definitions.pop_back();
  ASSERT_TRUE(reconciler_->RefreshFirewall(false).ok());
  EXPECT_THAT(CodesOf(reconciler_->Firewall().conditions), ElementsAre("RULESET_NOT_DEFINED"));
  EXPECT_TRUE(reconciler_->Firewall().loaded);
  EXPECT_EQ(host_.Stored().firewall.rulesets.count("web"), 1u);
}

TEST_F(ReconcilerFirewallTest, ClientsOfARulesetAreTheServicesThatNeedIt) {
  EXPECT_FALSE(reconciler_->RulesetClients("ptpd")->front().running);
  ASSERT_TRUE(reconciler_->UpdatePtp(Enable("vmk0"), false).ok());
  ASSERT_EQ(reconciler_->RulesetClients("ptpd")->size(), 1u);
  EXPECT_EQ(reconciler_->RulesetClients("ptpd")->front().service, "ptpd");
  EXPECT_TRUE(reconciler_->RulesetClients("ptpd")->front().running);
  EXPECT_THAT(*reconciler_->RulesetClients("sshServer"), IsEmpty());
  EXPECT_EQ(DetailOf(reconciler_->RulesetClients("ptp").status()).reason, "RULESET_NOT_FOUND");
}

}  // namespace
}  // namespace hostctl::reconcile
