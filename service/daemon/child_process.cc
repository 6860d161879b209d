#include "service/daemon/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc before 2.37 forgot this in the header itself.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace hostctl::daemon {
namespace {

std::string Words(int error) {
  return std::strerror(error);
}

// Both ends of a pipe, closed in any case, and on exec.
struct Pipe {
  ~Pipe() {
    CloseEnd(ends[0]);
    CloseEnd(ends[1]);
  }
  static void CloseEnd(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
  int ends[2] = {-1, -1};
};

// Where the child finds them after MoveDescriptors().
constexpr int kGate = STDERR_FILENO + 1;   // says when to go on
constexpr int kError = STDERR_FILENO + 2;  // says errno, should it not become the program

// From here to the end of RunProgram() in the child of a process with threads: what
// signal-safety(7) lists, and nothing else.

void MoveDescriptors(int output_fd, int gate_fd, int error_fd) {
  // First out of the way of each other; what is copied high is closed below.
  const int gate = fcntl(gate_fd, F_DUPFD, kError + 1);
  const int error = fcntl(error_fd, F_DUPFD, kError + 1);
  if (output_fd >= 0) {
    dup2(output_fd, STDOUT_FILENO);
    dup2(output_fd, STDERR_FILENO);
  }
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(gate, kGate);
  dup2(error, kError);
  close_range(kError + 1, ~0U, 0);
  fcntl(kError, F_SETFD, FD_CLOEXEC);
}

void DefaultSignals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int signal_number = 1; signal_number < NSIG; ++signal_number) {
    sigaction(signal_number, &standard, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void RunProgram(char* const* arguments) {
  char go = 0;
  ssize_t size = 0;
  do {
    size = read(kGate, &go, 1);
  } while (size < 0 && errno == EINTR);
  constexpr int kNotRun = 127;
  if (size != 1) _exit(kNotRun);  // nobody waits for us any more
  close(kGate);
  execve(arguments[0], arguments, environ);
  const int error = errno;
  static_cast<void>(!write(kError, &error, sizeof(error)));
  _exit(kNotRun);
}

}  // namespace

std::string ExitWords(int code, int status) {
  if (code == CLD_EXITED) return absl::StrCat("ended with exit code ", status);
  return absl::StrCat("was ended by signal ", status, " (", strsignal(status), ")");
}

absl::StatusOr<ChildProcess> ChildProcess::Spawn(const std::vector<std::string>& arguments,
                                                 int output_fd) {
  return SpawnWrittenDown(arguments, output_fd, [](pid_t) { return absl::OkStatus(); });
}

absl::StatusOr<ChildProcess> ChildProcess::SpawnWrittenDown(
    const std::vector<std::string>& arguments, int output_fd,
    const std::function<absl::Status(pid_t)>& write_down) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const auto cannot_start = [&](int error) {
    const std::string what = absl::StrCat("cannot start ", arguments[0], ": ", Words(error));
    return error == ENOENT ? absl::NotFoundError(what) : absl::UnavailableError(what);
  };

  Pipe gate;
  Pipe failure;
  if (pipe2(gate.ends, O_CLOEXEC) != 0 || pipe2(failure.ends, O_CLOEXEC) != 0) {
    return cannot_start(errno);
  }
  // Without the handlers of pthread_atfork(3), gRPC's among them: the child runs none of ours.
  const pid_t pid = _Fork();
  if (pid < 0) return cannot_start(errno);
  if (pid == 0) {
    setsid();
    MoveDescriptors(output_fd, gate.ends[0], failure.ends[1]);
    DefaultSignals();
    RunProgram(argv.data());
  }
  Pipe::CloseEnd(failure.ends[1]);
  // Cannot miss: a child that has ended already stays until it is reaped.
  absl::StatusOr<ChildProcess> process = Attach(pid);
  const absl::Status ready = process.ok() ? write_down(pid) : process.status();
  if (ready.ok()) static_cast<void>(!write(gate.ends[1], "", 1));
  Pipe::CloseEnd(gate.ends[1]);
  int error = 0;
  ssize_t size = 0;
  do {
    size = read(failure.ends[0], &error, sizeof(error));
  } while (size < 0 && errno == EINTR);
  if (ready.ok() && size == 0) return process;
  waitpid(pid, nullptr, 0);
  return ready.ok() ? cannot_start(error) : ready;
}

absl::StatusOr<ChildProcess> ChildProcess::Attach(pid_t pid) {
  const int pidfd = pidfd_open(pid, 0);  // close-on-exec by itself
  if (pidfd < 0) {
    const std::string what = absl::StrCat("pidfd_open of process ", pid, ": ", Words(errno));
    return errno == ESRCH ? absl::NotFoundError(what) : absl::InternalError(what);
  }
  return ChildProcess(pid, pidfd);
}

ChildProcess::~ChildProcess() {
  Close();
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(other.pid_),
      pidfd_(std::exchange(other.pidfd_, -1)),
      exit_words_(std::move(other.exit_words_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    Close();
    pid_ = other.pid_;
    pidfd_ = std::exchange(other.pidfd_, -1);
    exit_words_ = std::move(other.exit_words_);
  }
  return *this;
}

void ChildProcess::Close() {
  if (pidfd_ >= 0) close(pidfd_);
  pidfd_ = -1;
}

bool ChildProcess::WaitForExit(Deadline deadline) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    const int timeout_ms = static_cast<int>(std::max<int64_t>(left.count(), 0));
    pollfd entry{pidfd_, POLLIN, 0};
    const int ready = poll(&entry, 1, timeout_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    siginfo_t info{};
    // ECHILD: it was adopted, and somebody else's to reap.
    if (waitid(P_PIDFD, static_cast<id_t>(pidfd_), &info, WEXITED | WNOHANG) == 0 &&
        info.si_pid != 0) {
      exit_words_ = hostctl::daemon::ExitWords(info.si_code, info.si_status);
    }
    return true;
  }
}

absl::Status ChildProcess::Signal(int signal_number) {
  if (pidfd_send_signal(pidfd_, signal_number, nullptr, 0) == 0) return absl::OkStatus();
  const std::string what =
      absl::StrCat("cannot send signal ", signal_number, " to process ", pid_, ": ", Words(errno));
  return errno == ESRCH ? absl::NotFoundError(what) : absl::PermissionDeniedError(what);
}

absl::Status ChildProcess::End(std::chrono::milliseconds patience) {
  if (WaitForExit({})) return absl::OkStatus();
  for (const int signal_number : {SIGTERM, SIGKILL}) {
    absl::Status sent = Signal(signal_number);
    if (!sent.ok() && !absl::IsNotFound(sent)) return sent;
    if (WaitForExit(std::chrono::steady_clock::now() + patience)) return absl::OkStatus();
  }
  return absl::DeadlineExceededError(absl::StrCat("process ", pid_, " cannot be ended"));
}

}  // namespace hostctl::daemon
