// The reconciler and the fallback: who has the clock, in which order it changes hands, and
// that there is one owner whatever dies in between.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;
using Action = ServiceUpdate::Action;

v1::PtpStats Locked() {
  v1::PtpStats stats;
  stats.set_clock_state(v1::CLOCK_STATE_LOCKED);
  stats.set_port_state(v1::PORT_STATE_SLAVE);
  stats.mutable_uncertainty()->set_bound_95_ns(2'000);
  stats.mutable_offset_from_master_ns()->set_last(1'000);
  return stats;
}

v1::PtpStats Lost() {
  v1::PtpStats stats = Locked();
  stats.set_clock_state(v1::CLOCK_STATE_HOLDOVER);
  stats.set_port_state(v1::PORT_STATE_LISTENING);
  return stats;
}

class ReconcilerFallbackTest : public ::testing::Test {
 protected:
  ReconcilerFallbackTest() {
    host_.services.chronyd.steers_clock = true;
    host_.now = Reconciler::TimePoint(seconds(1'000));
    store::DesiredState state;
    store::NtpServer server;
    server.address = "192.0.2.123";
    state.ntp.servers = {server};
    EXPECT_TRUE(host_.store.Save(state).ok());
    StartHostd();
  }

  void StartHostd() {
    reconciler_ = host_.NewReconciler();
    ASSERT_TRUE(reconciler_->Start().ok());
    ExpectOneOwner();
  }
  void EnableWithFallback() {
    PtpUpdate update = Enable("vmk0");
    update.fallback = store::Fallback::kNtp;
    const auto done = reconciler_->UpdatePtp(update, false);
    ASSERT_TRUE(done.ok()) << done.status();
  }
  void FallBack() {
    EnableWithFallback();
    Observe(61, Lost());
    ASSERT_TRUE(NtpOwns());
  }
  // As the monitor does, and the loop after it.
  void Observe(int times, const std::optional<v1::PtpStats>& stats) {
    for (int i = 0; i < times; ++i) {
      *host_.now += seconds(1);
      reconciler_->Observe(stats, absl::FromUnixSeconds(1'800'000'000));
      const auto at = reconciler_->watched().retry_at;
      if (at.has_value() && *at <= *host_.now) reconciler_->Reconcile();
      ExpectOneOwner();
    }
  }

  bool EngineOwns() {
    const auto config = host_.engine.config();
    return host_.engine.pid() != 0 && config.has_value() && MaySteer(*config);
  }
  bool Lent() {
    const auto config = host_.engine.config();
    return config.has_value() && config->clock_lent();
  }
  bool NtpOwns() { return host_.services.Runs() && !EngineOwns(); }
  void ExpectOneOwner() { EXPECT_FALSE(host_.services.Runs() && EngineOwns()); }
  v1::FallbackStatus Status() { return reconciler_->Ptp().fallback; }

  FakeHost host_;
  std::unique_ptr<Reconciler> reconciler_;
};

TEST_F(ReconcilerFallbackTest, NtpTakesOverAndGivesBack) {
  EnableWithFallback();
  EXPECT_TRUE(EngineOwns());
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_TRUE(RulesetPasses(*host_.firewall.policy(), "ntpClient"));
  Observe(60, Lost());
  EXPECT_TRUE(EngineOwns());
  EXPECT_EQ(Status().changes_in().seconds(), 1);
  Observe(1, Lost());
  EXPECT_TRUE(NtpOwns());
  EXPECT_TRUE(Lent());
  EXPECT_TRUE(Status().in_fallback());
  EXPECT_EQ(Status().times(), 1U);
  EXPECT_EQ(host_.engine.starts, 1) << "the engine goes on";
  EXPECT_THAT(host_.lines, Contains(HasSubstr("NTP takes the clock over: PTP has lost its")));

  Observe(31, Locked());
  EXPECT_TRUE(EngineOwns());
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_FALSE(Status().in_fallback());
  EXPECT_EQ(host_.engine.starts, 1);
  EXPECT_EQ(host_.services.starts, 1);
}

TEST_F(ReconcilerFallbackTest, HostdThatDiesInFallbackLeavesItToTheNextOne) {
  FallBack();
  const int starts = host_.services.starts;
  StartHostd();
  EXPECT_TRUE(NtpOwns());
  EXPECT_TRUE(Status().in_fallback());
  EXPECT_EQ(host_.services.starts, starts) << "nothing is disturbed";
  Observe(31, Locked());
  EXPECT_TRUE(EngineOwns());
}

TEST_F(ReconcilerFallbackTest, AfterARebootPtpComesFirst) {
  FallBack();
  host_.Reboot();
  StartHostd();
  EXPECT_TRUE(EngineOwns());
  EXPECT_FALSE(Status().in_fallback());
}

// Killed after any step of a hand-over, which is what the files and processes say.
TEST_F(ReconcilerFallbackTest, HostdThatDiesInTheMiddleOfAHandOverLeadsToOneOwner) {
  for (const bool remembered : {false, true}) {
    for (const bool lent : {false, true}) {
      for (const bool chronyd : {false, true}) {
        if (chronyd && !lent) continue;  // never both
        EnableWithFallback();
        EXPECT_TRUE(host_.runtime
                        .SaveFallback(remembered
                                          ? std::optional(store::RememberedFallback{1, "lost"})
                                          : std::nullopt)
                        .ok());
        auto config = *host_.engine.config();
        config.set_clock_lent(lent);
        ASSERT_TRUE(host_.engine.Configure(config).ok());
        ASSERT_TRUE(
            (chronyd ? host_.services.Start("chronyd") : host_.services.Stop("chronyd")).ok());
        StartHostd();
        EXPECT_EQ(NtpOwns(), remembered);
        EXPECT_EQ(EngineOwns(), !remembered);
      }
    }
  }
}

TEST_F(ReconcilerFallbackTest, ChronydThatCannotBeStartedLeavesTheClockToPtp) {
  EnableWithFallback();
  host_.services.next_start = absl::InternalError("it ended with exit code 1");
  Observe(61, Lost());
  EXPECT_TRUE(EngineOwns());
  EXPECT_FALSE(Lent());
  EXPECT_FALSE(Status().in_fallback());
  EXPECT_EQ(Status().times(), 0U);
  EXPECT_THAT(Status().reason(), HasSubstr("NTP cannot take over"));
  EXPECT_THAT(Status().reason(), HasSubstr("exit code 1"));
  Observe(61, Lost());
  EXPECT_TRUE(NtpOwns()) << "it is tried again";
}

TEST_F(ReconcilerFallbackTest, ChronydThatIsKilledIsStartedAgain) {
  FallBack();
  host_.services.Die();
  reconciler_->TendServices();
  EXPECT_TRUE(NtpOwns());
  EXPECT_EQ(Status().times(), 1U);
}

TEST_F(ReconcilerFallbackTest, ChronydThatIsKilledForGoodGivesTheClockBack) {
  FallBack();
  host_.services.next_start = absl::InternalError("no such file");
  host_.services.Die();
  reconciler_->TendServices();
  EXPECT_TRUE(EngineOwns());
  EXPECT_THAT(Status().reason(), HasSubstr("no such file"));
}

TEST_F(ReconcilerFallbackTest, AnEngineThatIsKilledInFallbackComesBackWithoutTheClock) {
  FallBack();
  host_.engine.Die();
  reconciler_->Reconcile();
  EXPECT_EQ(host_.engine.starts, 2);
  EXPECT_TRUE(NtpOwns());
  Observe(31, Locked());
  EXPECT_TRUE(EngineOwns());
}

TEST_F(ReconcilerFallbackTest, AnEngineThatIsDeadCountsAsPtpThatFails) {
  EnableWithFallback();
  Observe(61, std::nullopt);
  EXPECT_TRUE(NtpOwns());
}

TEST_F(ReconcilerFallbackTest, AnEngineThatDoesNotGiveTheClockAwayIsEndedFirst) {
  EnableWithFallback();
  host_.engine.next_configure = absl::DeadlineExceededError("it does not answer");
  Observe(61, Lost());
  EXPECT_EQ(host_.engine.stops, 1);
  EXPECT_TRUE(NtpOwns());
  Observe(2, Lost());
  EXPECT_TRUE(Lent()) << "the next engine";
}

TEST_F(ReconcilerFallbackTest, ChronydThatDoesNotStopKeepsTheClock) {
  FallBack();
  host_.services.next_stop = absl::InternalError("it does not end");
  Observe(31, Locked());
  EXPECT_TRUE(NtpOwns());
  reconciler_->Reconcile();
  EXPECT_TRUE(EngineOwns());
  EXPECT_FALSE(host_.services.Runs());
}

TEST_F(ReconcilerFallbackTest, NobodyKnowsWhetherChronydRunsSoTheClockStaysWhereItIs) {
  FallBack();
  host_.services.state_status = absl::UnavailableError("the bus is away");
  reconciler_->Reconcile();
  EXPECT_FALSE(EngineOwns());
}

TEST_F(ReconcilerFallbackTest, SwitchedOffPtpTakesTheClockBackAndChronydEnds) {
  FallBack();
  PtpUpdate update;
  update.fallback = store::Fallback::kNone;
  ASSERT_TRUE(reconciler_->UpdatePtp(update, false).ok());
  EXPECT_TRUE(EngineOwns());
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_FALSE(Status().in_fallback());
  EXPECT_FALSE(RulesetPasses(*host_.firewall.policy(), "ntpClient"));
  EXPECT_FALSE(host_.runtime.fallback().has_value());
}

TEST_F(ReconcilerFallbackTest, PtpThatIsDisabledInFallbackLeavesNothingBehind) {
  FallBack();
  ASSERT_TRUE(reconciler_->UpdatePtp(Disable(), false).ok());
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_EQ(host_.engine.pid(), 0);
}

TEST_F(ReconcilerFallbackTest, ChronydStoppedByHandInFallbackGivesTheClockToPtp) {
  FallBack();
  ASSERT_TRUE(reconciler_->UpdateService(Act(Action::kStop, "chronyd"), false).ok());
  EXPECT_TRUE(EngineOwns());
  EXPECT_THAT(Status().reason(), HasSubstr("stopped by hand"));
}

TEST_F(ReconcilerFallbackTest, AChronydThatOthersStartBesidePtpIsStopped) {
  EnableWithFallback();
  ASSERT_TRUE(host_.services.Start("chronyd").ok());
  reconciler_->TendServices();
  EXPECT_FALSE(host_.services.Runs());
  EXPECT_TRUE(EngineOwns());
}

TEST_F(ReconcilerFallbackTest, WithoutServersItIsRefused) {
  EXPECT_TRUE(host_.store.Save(store::DesiredState()).ok());
  StartHostd();
  PtpUpdate update = Enable("vmk0");
  update.fallback = store::Fallback::kNtp;
  const auto refused = reconciler_->UpdatePtp(update, false);
  EXPECT_EQ(DetailOf(refused.status()).reason, "FALLBACK_WITHOUT_SERVERS");
  EXPECT_THAT(DetailOf(refused.status()).remedy, HasSubstr("hostctl system ntp set --server"));
}

TEST_F(ReconcilerFallbackTest, TheInterfaceMayGoAwayInFallback) {
  FallBack();
  host_.interfaces.Edit([](host::Snapshot& snapshot) {
    for (host::Device& device : snapshot.devices) {
      if (device.name == "eth0") device.up = false;
    }
  });
  reconciler_->Reconcile();
  EXPECT_TRUE(NtpOwns());
  EXPECT_EQ(host_.engine.stops, 0) << "it waits within the engine";
}

// Whatever fails, dies or is set, in whatever order: never both.
TEST_F(ReconcilerFallbackTest, OnARandomWalkThereAreNeverTwoOwners) {
  std::mt19937 random(1588);
  PtpUpdate quick;
  quick.fallback_after_s = 3;
  quick.fallback_return_after_s = 2;
  EnableWithFallback();
  ASSERT_TRUE(reconciler_->UpdatePtp(quick, false).ok());
  int fallbacks = 0;
  for (int step = 0; step < 6'000; ++step) {
    const auto chance = [&](unsigned one_in) { return random() % one_in == 0; };
    if (chance(60)) host_.services.next_start = absl::InternalError("no start");
    if (chance(20)) host_.services.next_stop = absl::InternalError("no stop");
    if (chance(20)) host_.engine.next_configure = absl::UnavailableError("no answer");
    if (chance(30)) host_.engine.next_start = absl::UnavailableError("no engine");
    if (chance(30) && host_.engine.pid() != 0) host_.engine.Die();
    if (chance(30) && host_.services.Runs()) host_.services.Die();
    if (chance(50)) {
      PtpUpdate update;
      update.fallback = chance(4) ? store::Fallback::kNone : store::Fallback::kNtp;
      static_cast<void>(reconciler_->UpdatePtp(update, false));
      ExpectOneOwner();
    }
    if (chance(50)) {
      static_cast<void>(reconciler_->UpdateService(
          Act(chance(4) ? Action::kStop : Action::kStart, chance(2) ? "chronyd" : "ptpd"), false));
      ExpectOneOwner();
    }
    if (chance(40)) StartHostd();
    if (chance(5)) reconciler_->TendServices();
    if (chance(5)) reconciler_->Reconcile();
    ExpectOneOwner();
    const bool lost = step / 10 % 2 == 0;
    const bool was = Status().in_fallback();
    Observe(1, lost ? Lost() : Locked());
    if (Status().in_fallback() && !was) ++fallbacks;
    ASSERT_FALSE(HasFailure()) << "step " << step;
  }
  EXPECT_GT(fallbacks, 10);
}

}  // namespace
}  // namespace hostctl::reconcile
