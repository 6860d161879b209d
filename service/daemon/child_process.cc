#include "service/daemon/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
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

// posix_spawn's two settings objects, released in any case.
struct SpawnSettings {
  SpawnSettings() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

}  // namespace

std::string ExitWords(int code, int status) {
  if (code == CLD_EXITED) return absl::StrCat("ended with exit code ", status);
  return absl::StrCat("was ended by signal ", status, " (", strsignal(status), ")");
}

absl::StatusOr<ChildProcess> ChildProcess::Spawn(const std::vector<std::string>& arguments,
                                                 int output_fd) {
  SpawnSettings settings;
  posix_spawn_file_actions_addopen(&settings.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (output_fd >= 0) {
    posix_spawn_file_actions_adddup2(&settings.files, output_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&settings.files, output_fd, STDERR_FILENO);
  }
  posix_spawn_file_actions_addclosefrom_np(&settings.files, STDERR_FILENO + 1);
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setsigdefault(&settings.attributes, &all);
  posix_spawnattr_setflags(&settings.attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, argv[0], &settings.files, &settings.attributes, argv.data(), environ);
  if (error != 0) {
    const std::string what = absl::StrCat("cannot start ", arguments[0], ": ", Words(error));
    return error == ENOENT ? absl::NotFoundError(what) : absl::UnavailableError(what);
  }
  // Cannot miss: a child that has ended already stays until it is reaped.
  return Attach(pid);
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
