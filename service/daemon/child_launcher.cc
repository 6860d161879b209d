// A Launcher whose processes are children of ours.
#include <signal.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/daemon/launcher.h"

namespace hostctl::daemon {
namespace {

class ChildLauncher final : public Launcher {
 public:
  explicit ChildLauncher(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}

  absl::StatusOr<ChildProcess> Start() override { return ChildProcess::Spawn(arguments_); }

  absl::Status End(ChildProcess& process, std::chrono::milliseconds patience) override {
    return process.End(patience);
  }

  absl::Status Kill(ChildProcess& process, std::chrono::milliseconds patience) override {
    absl::Status killed = process.Signal(SIGKILL);
    if (!killed.ok() && !absl::IsNotFound(killed)) return killed;
    if (process.WaitForExit(std::chrono::steady_clock::now() + patience)) return absl::OkStatus();
    return absl::DeadlineExceededError(absl::StrCat("process ", process.pid(), " cannot be ended"));
  }

  std::string ExitWords(const ChildProcess& process) override { return process.ExitWords(); }

 private:
  const std::vector<std::string> arguments_;
};

}  // namespace

std::unique_ptr<Launcher> LaunchChild(std::vector<std::string> arguments) {
  return std::make_unique<ChildLauncher>(std::move(arguments));
}

}  // namespace hostctl::daemon
