#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <future>

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

TEST(Interrupt, TurnsASignalIntoACall) {
  for (const int signal : {SIGINT, SIGTERM}) {
    std::promise<void> called;
    const Interrupt interrupt([&] { called.set_value(); });
    // Of the process; another thread of the test may leave it unblocked.
    ASSERT_EQ(pthread_kill(pthread_self(), signal), 0);
    EXPECT_EQ(called.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
}

TEST(Interrupt, GivesTheSignalsBackWhenItEnds) {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  {
    const Interrupt interrupt([] {});
  }
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, nullptr, &after);
  EXPECT_EQ(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
}

}  // namespace
}  // namespace hostctl::cli
