// The real EngineHost: the program `ptpd`, which serves on a control socket.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ptpcore/control/control_client.h"
#include "service/daemon/child_process.h"
#include "service/daemon/launcher.h"
#include "service/reconcile/engine_host.h"

namespace hostctl::reconcile {

class PtpdHost final : public EngineHost {
 public:
  struct Options {
    std::shared_ptr<daemon::Launcher> launcher;  // of `ptpd --control SOCKET_PATH`
    std::string socket_path;  // its control socket; only ptpd and we may write to the folder
    std::function<void(const std::string&)> log;
    // Done before the engine is given a configuration, with the rights of ours.
    std::function<void(const hostctl::engine::v1::EngineConfig&)> prepare;
    // How long a new engine may take until it answers, and how long each of the
    // three steps of ending it may take: asking, SIGTERM, SIGKILL.
    std::chrono::milliseconds start_timeout{5000};
    std::chrono::milliseconds stop_timeout{2000};
  };
  explicit PtpdHost(Options options);

  absl::StatusOr<bool> Adopt() override;
  absl::Status Start() override;
  absl::Status Configure(const hostctl::engine::v1::EngineConfig& config) override;
  absl::Status Stop() override;
  absl::Status Kill() override;
  pid_t pid() const override;
  std::optional<absl::Time> since() const override;
  std::optional<hostctl::engine::v1::EngineConfig> config() const override;
  int exit_fd() const override;
  std::optional<std::string> TakeExit() override;
  absl::StatusOr<hostctl::v1::PtpStats> GetStats() override;
  // What the engine measured second by second, see ControlClient::GetSeconds(). Any
  // thread, at any time.
  absl::StatusOr<hostctl::engine::v1::GetSecondsResponse> GetSeconds(uint64_t after) const;

 private:
  struct Engine {
    daemon::ChildProcess process;
    absl::Time since;
    std::optional<hostctl::engine::v1::EngineConfig> config;
  };

  // Shakes hands with whatever listens on the socket.
  absl::StatusOr<Engine> Meet();
  absl::Status WaitUntilItAnswers(daemon::ChildProcess& process);
  // A connection to our engine and to no other.
  absl::StatusOr<ptpcore::control::ControlClient> Connect();

  Options options_;
  std::optional<Engine> engine_;
};

}  // namespace hostctl::reconcile
