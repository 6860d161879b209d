// One program that hostd itself keeps running: held by its pidfd, started again
// with a back-off when it ends, its output kept in a bounded ring.
//
// It outlives hostd, as ptpd does. So that the next hostd finds it, its process is
// written down in `KEY.process`; so that its output never blocks or ends it while
// there is no hostd, it writes into the FIFO `KEY.log`, which it holds open for
// reading itself, without waiting: what nobody takes is lost once the FIFO is full.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/daemon/backoff.h"
#include "service/daemon/child_process.h"
#include "service/daemon/log_ring.h"
#include "service/daemon/service_manager.h"

namespace hostctl::daemon {

class SupervisedService {
 public:
  using TimePoint = ServiceManager::TimePoint;

  struct Options {
    std::string key;                   // `chronyd`
    std::vector<std::string> command;  // program and arguments; empty: never installed
    // `command` with a configuration of hostd's; empty: it takes none.
    std::function<std::vector<std::string>(const OwnConfiguration&)> command_with;
    std::string missing;  // what to say when it is not installed; empty: that there is no program
    bool steers_clock = true;
    // What a process with a configuration of hostd's leaves behind when it is killed, and
    // what would keep the next one from starting; empty: nothing.
    std::string pid_file;
    std::string run_dir;             // where KEY.process and KEY.log lie; nobody else may write
    std::function<TimePoint()> now;  // for the back-off only
    std::function<void(const std::string&)> log;
    // How long it must have lived to count as started, and how long it may take to end.
    std::chrono::milliseconds settle{500};
    std::chrono::milliseconds stop_timeout{3000};
  };
  // Touches nothing yet. The first call takes over the process that an earlier hostd
  // has left, if it runs the same command, and ends it otherwise.
  explicit SupervisedService(Options options) : options_(std::move(options)) {}
  // Leaves the process running.
  ~SupervisedService();
  SupervisedService(const SupervisedService&) = delete;
  SupervisedService& operator=(const SupervisedService&) = delete;

  // As in ServiceManager.
  ServiceStatus State();
  absl::Status Start();
  absl::Status Stop();
  absl::Status Configure(const std::optional<OwnConfiguration>& configuration);
  void Tend();
  std::optional<TimePoint> tend_at() const;

  // What to wait for; -1: nothing.
  std::array<int, 2> fds() const { return {process_ ? process_->pidfd() : -1, log_fd_}; }

 private:
  std::string WhyNotInstalled() const;
  std::vector<std::string> Command(const std::optional<OwnConfiguration>& configuration) const;
  void Adopt();
  absl::Status OpenLog();
  void ReadLog();
  absl::Status Spawn();
  void NoteExit();
  std::string LastWords();

  const Options options_;
  std::optional<OwnConfiguration> configuration_;  // of the next start
  std::optional<OwnConfiguration> runs_with_;      // of the last one
  bool looked_for_process_ = false;
  bool wanted_ = false;
  std::optional<ChildProcess> process_;
  std::optional<absl::Time> since_;
  TimePoint started_at_;
  Backoff backoff_;
  std::optional<TimePoint> retry_at_;
  std::string last_exit_;
  uint64_t restarts_ = 0;
  LogRing ring_;
  int log_fd_ = -1;
};

}  // namespace hostctl::daemon
