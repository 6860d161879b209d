// A Launcher whose processes are the main process of a unit of systemd.
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/daemon/launcher.h"
#include "service/daemon/systemd_manager.h"

namespace hostctl::daemon {
namespace {

constexpr char kKey[] = "unit";

class UnitLauncher final : public Launcher {
 public:
  explicit UnitLauncher(UnitToLaunch settings) : settings_(std::move(settings)) {}

  absl::StatusOr<ChildProcess> Start() override {
    absl::Status done = Connect();
    if (done.ok()) done = systemd_->Start(kKey);
    if (!done.ok()) return done;
    const auto status = systemd_->State(kKey);
    if (!status.ok()) return status.status();
    if (status->pid == 0) {
      return absl::UnavailableError(absl::StrCat(settings_.unit, " was started and ",
                                                 status->last_exit, "; journalctl -u ",
                                                 settings_.unit, " tells why"));
    }
    return ChildProcess::Attach(status->pid);
  }

  absl::Status End(ChildProcess& process, std::chrono::milliseconds patience) override {
    if (process.WaitForExit({})) return absl::OkStatus();
    absl::Status done = Connect();
    if (done.ok()) done = systemd_->Stop(kKey);
    if (!done.ok()) return done;
    if (process.WaitForExit(std::chrono::steady_clock::now() + patience)) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("process ", process.pid(), " goes on although ", settings_.unit,
                     " was stopped: it was not started by it; end it by hand"));
  }

  absl::Status Kill(ChildProcess& process, std::chrono::milliseconds patience) override {
    return End(process, patience);
  }

  std::string ExitWords(const ChildProcess& process) override {
    if (!Connect().ok()) return process.ExitWords();
    const auto status = systemd_->State(kKey);
    const bool known = status.ok() && !status->last_exit.empty();
    return known ? status->last_exit : process.ExitWords();
  }

 private:
  // A systemd that could not be asked is asked again with every call.
  absl::Status Connect() {
    if (systemd_ != nullptr) return absl::OkStatus();
    SystemdOptions options;
    options.units = {{kKey, {settings_.unit}}};
    options.bus_address = settings_.bus_address;
    options.log = settings_.log;
    auto systemd = ConnectToSystemd(std::move(options));
    if (!systemd.ok()) return systemd.status();
    systemd_ = *std::move(systemd);
    return absl::OkStatus();
  }

  const UnitToLaunch settings_;
  std::unique_ptr<ServiceManager> systemd_;
};

}  // namespace

std::unique_ptr<Launcher> LaunchUnit(UnitToLaunch settings) {
  return std::make_unique<UnitLauncher>(std::move(settings));
}

}  // namespace hostctl::daemon
