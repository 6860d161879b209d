#include "service/reconcile/ptpd_host.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/daemon/process_birth.h"

namespace hostctl::reconcile {
namespace {

using daemon::ChildProcess;
using ptpcore::control::ControlClient;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Nobody listens: no socket file, or one that a dead engine left behind.
bool NobodyThere(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsUnavailable(status);
}

}  // namespace

PtpdHost::PtpdHost(Options options) : options_(std::move(options)) {}

absl::StatusOr<PtpdHost::Engine> PtpdHost::Meet() {
  auto client = ControlClient::Connect(options_.socket_path);
  if (!client.ok()) return client.status();
  auto process = ChildProcess::Attach(client->peer_pid());
  if (!process.ok()) return absl::UnavailableError(process.status().message());
  // Only now: an answer proves that the process we hold is the one that listens.
  auto hello = client->Hello();
  if (absl::IsDeadlineExceeded(hello.status()) || absl::IsDataLoss(hello.status())) {
    options_.log(absl::StrCat("ptpd, process ", process->pid(), ", does not answer sensibly (",
                              hello.status().message(), "); it is replaced"));
    absl::Status killed = options_.launcher->Kill(*process, options_.stop_timeout);
    if (!killed.ok()) return killed;
    return absl::UnavailableError("the engine did not answer and was ended");
  }
  if (!hello.ok()) return hello.status();
  const absl::Time since = daemon::StartTimeOf(process->pid()).value_or(absl::Now());
  Engine engine{*std::move(process), since, std::nullopt};
  if (hello->has_config()) engine.config = hello->config();
  return engine;
}

absl::StatusOr<bool> PtpdHost::Adopt() {
  if (engine_.has_value()) return true;
  auto engine = Meet();
  if (NobodyThere(engine.status())) return false;
  if (!engine.ok()) return engine.status();
  engine_ = *std::move(engine);
  options_.log(absl::StrCat("took over the running ptpd, process ", pid()));
  return true;
}

absl::Status PtpdHost::Start() {
  auto adopted = Adopt();
  if (!adopted.ok()) return adopted.status();
  if (*adopted) return absl::OkStatus();
  auto process = options_.launcher->Start();
  if (!process.ok()) return process.status();
  absl::Status answered = WaitUntilItAnswers(*process);
  if (!answered.ok()) {
    absl::Status ended = options_.launcher->End(*process, options_.stop_timeout);
    if (!ended.ok()) options_.log(std::string(ended.message()));
    return answered;
  }
  options_.log(absl::StrCat("started ptpd, process ", pid()));
  return absl::OkStatus();
}

absl::Status PtpdHost::WaitUntilItAnswers(ChildProcess& process) {
  const auto deadline = steady_clock::now() + options_.start_timeout;
  while (true) {
    auto engine = Meet();
    if (engine.ok() && engine->process.pid() == process.pid()) {
      engine_ = *std::move(engine);
      // The handle of the parent: only with it is the child reaped when it ends.
      engine_->process = std::move(process);
      return absl::OkStatus();
    }
    if (engine.ok()) {
      return absl::AlreadyExistsError(absl::StrCat("another process, ", engine->process.pid(),
                                                   ", answers on ", options_.socket_path));
    }
    if (!NobodyThere(engine.status())) return engine.status();
    // Waits on the process, so that its early end is noticed at once.
    if (process.WaitForExit(std::min(deadline, steady_clock::now() + milliseconds(10)))) {
      return absl::UnavailableError(absl::StrCat("ptpd ", options_.launcher->ExitWords(process),
                                                 " before it answered on ", options_.socket_path));
    }
    if (steady_clock::now() >= deadline) {
      return absl::DeadlineExceededError(absl::StrCat("ptpd was started but does not answer on ",
                                                      options_.socket_path, " within ",
                                                      options_.start_timeout.count(), " ms"));
    }
  }
}

absl::StatusOr<ControlClient> PtpdHost::Connect() {
  if (!engine_.has_value()) return absl::UnavailableError("ptpd does not run");
  auto client = ControlClient::Connect(options_.socket_path);
  if (client.ok() && client->peer_pid() != pid()) {
    return absl::UnavailableError(absl::StrCat("process ", client->peer_pid(), " answers on ",
                                               options_.socket_path, ", not ptpd, process ",
                                               pid()));
  }
  return client;
}

absl::Status PtpdHost::Configure(const hostctl::engine::v1::EngineConfig& config) {
  auto client = Connect();
  if (!client.ok()) return client.status();
  if (options_.prepare) options_.prepare(config);
  auto changed = client->Configure(config);
  if (!changed.ok()) return changed.status();
  engine_->config = config;
  return absl::OkStatus();
}

absl::Status PtpdHost::Stop() {
  if (!engine_.has_value()) return absl::OkStatus();
  ChildProcess& process = engine_->process;
  auto client = Connect();
  absl::Status asked = client.ok() ? client->Shutdown() : client.status();
  if (!asked.ok() || !process.WaitForExit(steady_clock::now() + options_.stop_timeout)) {
    absl::Status ended = options_.launcher->End(process, options_.stop_timeout);
    if (!ended.ok()) return ended;
  }
  options_.log(absl::StrCat("stopped ptpd, process ", pid()));
  engine_.reset();
  return absl::OkStatus();
}

absl::Status PtpdHost::Kill() {
  if (!engine_.has_value()) return absl::OkStatus();
  return options_.launcher->Kill(engine_->process, options_.stop_timeout);
}

pid_t PtpdHost::pid() const {
  return engine_.has_value() ? engine_->process.pid() : 0;
}

std::optional<absl::Time> PtpdHost::since() const {
  return engine_.has_value() ? std::optional(engine_->since) : std::nullopt;
}

std::optional<hostctl::engine::v1::EngineConfig> PtpdHost::config() const {
  return engine_.has_value() ? engine_->config : std::nullopt;
}

int PtpdHost::exit_fd() const {
  return engine_.has_value() ? engine_->process.pidfd() : -1;
}

std::optional<std::string> PtpdHost::TakeExit() {
  if (!engine_.has_value() || !engine_->process.WaitForExit({})) return std::nullopt;
  const std::string how =
      absl::StrCat("process ", pid(), " ", options_.launcher->ExitWords(engine_->process));
  engine_.reset();
  return how;
}

absl::StatusOr<hostctl::v1::PtpStats> PtpdHost::GetStats() {
  // A connection of its own: so no lock is needed, and a report is not held up
  // by a request that takes the engine long.
  auto client = ControlClient::Connect(options_.socket_path);
  if (!client.ok()) return client.status();
  return client->GetStats();
}

absl::StatusOr<hostctl::engine::v1::GetSecondsResponse> PtpdHost::GetSeconds(uint64_t after) const {
  auto client = ControlClient::Connect(options_.socket_path);
  if (!client.ok()) return client.status();
  return client->GetSeconds(after);
}

}  // namespace hostctl::reconcile
