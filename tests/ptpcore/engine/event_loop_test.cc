// The event loop on a poll() of this file, in simulated time: that of the kernel, and
// that of a simulator which interposes libc.
#include "ptpcore/engine/event_loop.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <vector>

#include "gtest/gtest.h"
#include "simulated_engine.h"

namespace {

// What poll() does; a function of libc can reach nothing but static storage.
std::function<int(pollfd*, nfds_t, int)> polled;

}  // namespace

extern "C" int poll(pollfd* fds, nfds_t count, int timeout_ms) {
  return polled(fds, count, timeout_ms);
}

namespace ptpcore::engine {
namespace {

constexpr int64_t kMinute = 60'000'000'000;

class EventLoop : public ::testing::Test {
 protected:
  EventLoop() {
    EXPECT_TRUE(sim_.engine->Configure(SimulatedEngine::Config()).ok());
    end_ns_ = sim_.time.monotonic_ns() + kMinute;
  }
  ~EventLoop() override { polled = nullptr; }

  static int Fail(int error) {
    errno = error;
    return -1;
  }
  // Nothing happens for so long. False once the minute is over.
  bool Wait(int timeout_ms) {
    EXPECT_GE(timeout_ms, 0) << "the engine always has a next deadline";
    sim_.time.AdvanceTo(sim_.time.monotonic_ns() + timeout_ms * int64_t{1'000'000});
    return sim_.time.monotonic_ns() < end_ns_;
  }
  absl::Status Run() {
    const absl::StatusOr<int> signals = CatchSignals();
    return signals.ok() ? RunEventLoop(*sim_.engine, nullptr, *signals) : signals.status();
  }

  SimulatedEngine sim_;
  int64_t end_ns_ = 0;
};

TEST_F(EventLoop, ServesItsTimersUntilASignalEndsIt) {
  polled = [&](pollfd* fds, nfds_t, int timeout_ms) {
    fds[0].revents = 0;
    if (Wait(timeout_ms)) return 0;
    raise(SIGTERM);
    fds[0].revents = fds[0].events;
    return 1;
  };
  EXPECT_TRUE(Run().ok());
  EXPECT_EQ(sim_.State(), protocol::PortState::kSlave);
}

// clknetsim reports a descriptor that it did not make as readable, without letting time
// pass, and delivers a signal by EINTR alone.
TEST_F(EventLoop, NeedsNothingOfPollThatASimulatorLacks) {
  int spins = 0;
  polled = [&](pollfd* fds, nfds_t count, int timeout_ms) {
    if (std::any_of(fds, fds + count, [](const pollfd& fd) { return fd.events & POLLIN; })) {
      fds[0].revents = POLLIN;
      return ++spins < 1'000 ? 1 : Fail(EIO);
    }
    if (Wait(timeout_ms)) return 0;
    raise(SIGTERM);
    return Fail(EINTR);
  };
  EXPECT_TRUE(Run().ok());
  EXPECT_EQ(spins, 0) << "time stood still";
  EXPECT_EQ(sim_.State(), protocol::PortState::kSlave);
}

TEST_F(EventLoop, GoesOnAfterASignalThatDoesNotEndIt) {
  std::vector<int> signals = {SIGINT, SIGHUP};
  polled = [&](pollfd* fds, nfds_t, int timeout_ms) {
    fds[0].revents = 0;
    if (signals.empty()) return Fail(EIO);
    if (Wait(timeout_ms) && signals.size() == 1) return 0;
    raise(signals.back());
    signals.pop_back();
    return Fail(EINTR);
  };
  EXPECT_TRUE(Run().ok());
  EXPECT_EQ(sim_.State(), protocol::PortState::kSlave);
}

}  // namespace
}  // namespace ptpcore::engine
