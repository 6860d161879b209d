#include "service/daemon/supervised_service.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "service/daemon/process_birth.h"
#include "service/daemon/process_record.h"

namespace hostctl::daemon {
namespace {

constexpr size_t kLinesToShow = 10;

std::string LogPath(const SupervisedService::Options& options) {
  return absl::StrCat(options.run_dir, "/", options.key, ".log");
}

std::string RecordPath(const SupervisedService::Options& options) {
  return absl::StrCat(options.run_dir, "/", options.key, ".process");
}

}  // namespace

SupervisedService::~SupervisedService() {
  if (log_fd_ >= 0) close(log_fd_);
}

// Empty when it is installed.
std::string SupervisedService::WhyNotInstalled() const {
  const std::string program = options_.command.empty() ? "" : options_.command.front();
  if (access(program.c_str(), X_OK) == 0) return "";
  if (!options_.missing.empty()) return options_.missing;
  return absl::StrCat("there is no program ", program, " that can be executed");
}

std::vector<std::string> SupervisedService::Command(
    const std::optional<OwnConfiguration>& configuration) const {
  if (!configuration.has_value() || options_.command_with == nullptr) return options_.command;
  return options_.command_with(*configuration);
}

absl::Status SupervisedService::Configure(const std::optional<OwnConfiguration>& configuration) {
  if (configuration.has_value() && options_.command_with == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat(options_.key, " takes no configuration of hostd's"));
  }
  configuration_ = configuration;
  return absl::OkStatus();
}

void SupervisedService::Adopt() {
  looked_for_process_ = true;
  if (options_.command.empty()) return;
  const auto record = ReadProcessRecord(RecordPath(options_));
  if (!record.has_value()) return;
  auto process = ChildProcess::Attach(record->pid);
  // Asked after it is held: the process number cannot change hands any more.
  if (!process.ok() || BirthTicks(record->pid) != record->birth_ticks) return;
  if (record->command != Command(record->configuration)) {
    options_.log(absl::StrCat(options_.key, ", process ", record->pid,
                              ", was started by another command; it is ended"));
    absl::Status ended = process->End(options_.stop_timeout);
    if (!ended.ok()) options_.log(std::string(ended.message()));
    return;
  }
  process_ = *std::move(process);
  runs_with_ = record->configuration;
  // Until somebody says otherwise it is started again as it was.
  if (!configuration_.has_value()) configuration_ = runs_with_;
  since_ = StartTimeOf(record->pid);
  started_at_ = options_.now();
  wanted_ = true;
  absl::Status opened = OpenLog();
  if (!opened.ok()) options_.log(std::string(opened.message()));
  options_.log(absl::StrCat("took over the running ", options_.key, ", process ", process_->pid()));
}

absl::Status SupervisedService::OpenLog() {
  if (log_fd_ >= 0) return absl::OkStatus();
  const std::string path = LogPath(options_);
  struct stat there {};
  if (lstat(path.c_str(), &there) == 0 && !S_ISFIFO(there.st_mode)) unlink(path.c_str());
  if (mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST) {
    return absl::InternalError(absl::StrCat("cannot create ", path, ": ", std::strerror(errno)));
  }
  // Also for writing: so it never reads as ended while no program runs.
  log_fd_ = open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  if (log_fd_ >= 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("cannot open ", path, ": ", std::strerror(errno)));
}

void SupervisedService::ReadLog() {
  std::array<char, 4096> bytes{};
  // Bounded: a program that writes without end must not hold us here.
  for (int i = 0; i < 32 && log_fd_ >= 0; ++i) {
    const ssize_t size = read(log_fd_, bytes.data(), bytes.size());
    if (size <= 0) return;
    for (const std::string& line : ring_.Add({bytes.data(), static_cast<size_t>(size)})) {
      options_.log(absl::StrCat(options_.key, ": ", line));
    }
  }
}

ServiceStatus SupervisedService::State() {
  Tend();
  ServiceStatus status;
  status.why_not_installed = WhyNotInstalled();
  status.installed = status.why_not_installed.empty();
  status.steers_clock = options_.steers_clock;
  status.state = process_ ? RunState::kRunning : wanted_ ? RunState::kWaiting : RunState::kStopped;
  status.pid = process_ ? process_->pid() : 0;
  status.since = process_ ? since_ : std::nullopt;
  status.last_exit = last_exit_;
  status.restarts = restarts_;
  status.log = ring_.Last(kLinesToShow);
  status.configuration = runs_with_;
  return status;
}

absl::Status SupervisedService::Start() {
  Tend();
  if (process_) return absl::OkStatus();
  const std::string missing = WhyNotInstalled();
  if (!missing.empty()) return absl::NotFoundError(missing);
  retry_at_.reset();
  backoff_ = Backoff();
  ring_.Clear();
  absl::Status spawned = Spawn();
  wanted_ = spawned.ok();
  if (!spawned.ok()) return spawned;
  // Bad configuration shows at once.
  if (!process_->WaitForExit(std::chrono::steady_clock::now() + options_.settle)) {
    options_.log(absl::StrCat("started ", options_.key, ", process ", process_->pid()));
    return absl::OkStatus();
  }
  wanted_ = false;
  NoteExit();
  return absl::UnavailableError(
      absl::StrCat(options_.key, " ", last_exit_, " right after its start", LastWords()));
}

// `, saying: ...`, with what it wrote last; empty if nothing.
std::string SupervisedService::LastWords() {
  ReadLog();
  const std::vector<std::string> lines = ring_.Last(5);
  return lines.empty() ? "" : absl::StrCat(", saying: ", absl::StrJoin(lines, " | "));
}

absl::Status SupervisedService::Spawn() {
  absl::Status opened = OpenLog();
  if (!opened.ok()) return opened;
  // An open description of its own, so that the flags and its read end are its own too.
  const int output = open(LogPath(options_).c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (output < 0) {
    return absl::InternalError(
        absl::StrCat("cannot open ", LogPath(options_), ": ", std::strerror(errno)));
  }
  // None of ours runs. The number in it may be another process's by now, or one's that has
  // ended and that its parent since the last hostd has not reaped.
  if (configuration_.has_value() && !options_.pid_file.empty()) unlink(options_.pid_file.c_str());
  const std::vector<std::string> command = Command(configuration_);
  // Two that steer one clock would be the worst: none runs that a later hostd does not know.
  auto process = ChildProcess::SpawnWrittenDown(command, output, [&](pid_t pid) {
    return WriteProcessRecord(RecordPath(options_),
                              {pid, BirthTicks(pid).value_or(0), command, configuration_});
  });
  close(output);
  if (!process.ok()) return process.status();
  process_ = *std::move(process);
  runs_with_ = configuration_;
  started_at_ = options_.now();
  since_ = StartTimeOf(process_->pid()).value_or(absl::Now());
  return absl::OkStatus();
}

// It has ended, and was reaped.
void SupervisedService::NoteExit() {
  last_exit_ = process_->ExitWords();
  ReadLog();
  process_.reset();
  since_.reset();
  unlink(RecordPath(options_).c_str());
}

absl::Status SupervisedService::Stop() {
  Tend();
  wanted_ = false;
  retry_at_.reset();
  if (!process_) return absl::OkStatus();
  const pid_t pid = process_->pid();
  absl::Status ended = process_->End(options_.stop_timeout);
  if (!ended.ok()) {
    wanted_ = true;
    return ended;
  }
  NoteExit();
  options_.log(absl::StrCat("stopped ", options_.key, ", process ", pid));
  return absl::OkStatus();
}

void SupervisedService::Tend() {
  if (!looked_for_process_) Adopt();
  ReadLog();
  if (process_ && process_->WaitForExit({})) {
    NoteExit();
    if (wanted_) {
      ++restarts_;
      retry_at_ = options_.now() + backoff_.Next(std::chrono::duration_cast<Backoff::Duration>(
                                       options_.now() - started_at_));
      options_.log(absl::StrCat(options_.key, " ended unexpectedly: it ", last_exit_));
    }
  }
  if (!wanted_ || process_ || !retry_at_.has_value() || options_.now() < *retry_at_) return;
  retry_at_.reset();
  absl::Status spawned = Spawn();
  if (spawned.ok()) {
    options_.log(absl::StrCat("started ", options_.key, " again, process ", process_->pid()));
    return;
  }
  last_exit_ = std::string(spawned.message());
  retry_at_ = options_.now() + backoff_.Next(Backoff::Duration(0));
}

std::optional<SupervisedService::TimePoint> SupervisedService::tend_at() const {
  return wanted_ && !process_ ? retry_at_ : std::nullopt;
}

}  // namespace hostctl::daemon
