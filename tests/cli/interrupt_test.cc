#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <future>

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

// Sends `signal` to this process and ends it with 7 if that became a call. In a process
// of its own: threads of other tests would take the signal as the end.
[[noreturn]] void EndByCall(int signal) {
  std::promise<void> called;
  const Interrupt interrupt([&] { called.set_value(); });
  kill(getpid(), signal);
  const bool ready =
      called.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready;
  _exit(ready ? 7 : 1);
}

TEST(InterruptDeathTest, TurnsASignalIntoACall) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(EndByCall(SIGINT), ::testing::ExitedWithCode(7), "");
  EXPECT_EXIT(EndByCall(SIGTERM), ::testing::ExitedWithCode(7), "");
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
