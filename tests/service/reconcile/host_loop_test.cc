#include "service/reconcile/host_loop.h"

#include <chrono>
#include <functional>
#include <thread>

#include "fakes.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// Waits for what the loop's thread does; yields, as there is nothing to be told by.
bool Eventually(const std::function<bool()>& holds) {
  const auto deadline = steady_clock::now() + seconds(10);
  while (!holds()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class HostLoopTest : public ::testing::Test {
 protected:
  HostLoopTest() {
    reconciler_ = host_.NewReconciler();
    EXPECT_TRUE(reconciler_->Start().ok());
    loop_.emplace(*reconciler_, hours(1));
    EXPECT_TRUE(reconciler_->UpdatePtp(Enable("vmk0"), /*validate_only=*/false).ok());
  }

  FakeHost host_;
  std::unique_ptr<Reconciler> reconciler_;
  std::optional<HostLoop> loop_;
};

TEST_F(HostLoopTest, AnEngineStartedByASetIsWatchedAndReplacedWhenItDies) {
  const pid_t first = reconciler_->Ptp().engine_pid;
  const auto killed_at = steady_clock::now();
  host_.engine.Die();
  EXPECT_TRUE(Eventually([&] {
    const PtpView view = reconciler_->Ptp();
    return view.engine_pid != first && view.service_state == ServiceState::kRunning;
  }));
  EXPECT_LT(steady_clock::now() - killed_at, seconds(2));
}

TEST_F(HostLoopTest, AnEngineThatDiesTwiceComesBackAfterItsPause) {
  for (uint32_t deaths = 1; deaths <= 2; ++deaths) {
    host_.engine.Die();
    EXPECT_TRUE(Eventually([&] {
      const PtpView view = reconciler_->Ptp();
      return view.engine_restarts == deaths && view.service_state == ServiceState::kRunning;
    }));
  }
}

TEST_F(HostLoopTest, AFlushedFirewallIsPutBack) {
  loop_.reset();  // the fake belongs to one thread at a time
  host_.firewall.FlushFromOutside();
  loop_.emplace(*reconciler_, hours(1));
  EXPECT_TRUE(Eventually([&] { return reconciler_->Firewall().repairs == 1; }));
}

TEST_F(HostLoopTest, ItEndsAtOnceWhileNothingHappens) {
  const auto start = steady_clock::now();
  loop_.reset();
  EXPECT_LT(steady_clock::now() - start, seconds(5));
}

}  // namespace
}  // namespace hostctl::reconcile
