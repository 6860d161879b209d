#include "ptpcore/engine/event_loop.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/file_descriptor.h"

namespace ptpcore::engine {
namespace {

// A signal handler can reach nothing but static storage.
volatile sig_atomic_t signal_pipe = -1;

void OnSignal(int number) {
  const int saved = errno;
  const auto octet = static_cast<unsigned char>(number);
  // A full pipe already holds a signal that will wake the loop.
  [[maybe_unused]] const ssize_t written = write(signal_pipe, &octet, 1);
  errno = saved;
}

// The time-out for poll(), rounded up so that it never returns just too early.
int TimeoutMs(int64_t deadline_ns, int64_t now_ns) {
  if (deadline_ns == INT64_MAX) return -1;
  constexpr int64_t kMs = 1'000'000;
  const int64_t left_ms = (std::max<int64_t>(deadline_ns - now_ns, 0) + kMs - 1) / kMs;
  return static_cast<int>(std::min<int64_t>(left_ms, INT_MAX));
}

// False when a signal asks to end. There may be none.
bool HandleSignals(int fd, PtpEngine& engine) {
  unsigned char numbers[16];
  const ssize_t count = read(fd, numbers, sizeof(numbers));
  for (ssize_t i = 0; i < count; ++i) {
    if (numbers[i] != SIGHUP) return false;
    engine.ReopenLog();
    engine.ReloadKeys();
  }
  return true;
}

}  // namespace

absl::StatusOr<int> CatchSignals() {
  int ends[2];
  if (pipe(ends) != 0 || !net::MakeQuiet(ends[0]) || !net::MakeQuiet(ends[1])) {
    return absl::InternalError(absl::StrCat("pipe: ", std::strerror(errno)));
  }
  signal_pipe = ends[1];
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaction(number, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
  return ends[0];
}

absl::Status RunEventLoop(PtpEngine& engine, ControlServer* control, int signals) {
  std::vector<pollfd> fds;
  while (control == nullptr || !control->shutdown_requested()) {
    fds.clear();
    // Not POLLIN: simulators that interpose poll() call every descriptor that they do
    // not know readable, and their time would stand still. The kernel knows both.
    fds.push_back({signals, POLLRDNORM, 0});
    engine.AppendPollFds(fds);
    const size_t engine_end = fds.size();
    if (control != nullptr) control->AppendPollFds(fds);

    const int timeout_ms = TimeoutMs(engine.NextDeadlineNs(), engine.time().monotonic_ns());
    const bool interrupted = poll(fds.data(), fds.size(), timeout_ms) < 0;
    if (interrupted && errno != EINTR) {
      return absl::InternalError(absl::StrCat("poll: ", std::strerror(errno)));
    }
    if ((interrupted || fds[0].revents != 0) && !HandleSignals(signals, engine)) break;
    if (interrupted) continue;
    const absl::Span<const pollfd> all(fds);
    // Packets first: their handling is what time depends on.
    engine.HandleReady(all.subspan(1, engine_end - 1));
    engine.HandleTimers();
    if (control != nullptr) control->HandleReady(all.subspan(engine_end), engine);
  }
  engine.SaveFrequency();
  return absl::OkStatus();
}

}  // namespace ptpcore::engine
