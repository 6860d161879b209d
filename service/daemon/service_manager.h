// Runs the host's services that are programs of others (chronyd): systemd does on
// a real host, hostd itself elsewhere. Our own engine ptpd is not among them, see launcher.h and
// service/reconcile/engine_host.h.
//
// One thread at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace hostctl::daemon {

enum class RunState {
  kStopped,
  kRunning,
  kWaiting,  // has ended, and is to be started again in a moment
};

// A configuration of hostd's, with which a service runs in place of the host's own.
struct OwnConfiguration {
  std::string file;       // path
  std::string log_level;  // least severity that it logs: `info`, `warning`, `error`

  bool operator==(const OwnConfiguration& o) const {
    return file == o.file && log_level == o.log_level;
  }
};

// What is so of one service.
struct ServiceStatus {
  bool installed = false;
  std::string why_not_installed;  // empty when it is
  // Whether it would steer the system clock when it runs; true when in doubt.
  bool steers_clock = true;
  RunState state = RunState::kStopped;
  pid_t pid = 0;                    // its main process; 0 when there is none
  std::optional<absl::Time> since;  // when it was started; nothing when it does not run
  std::string last_exit;            // `ended with exit code 1`; empty when it is not known to have
  uint64_t restarts = 0;            // unexpected ends that were followed by another start
  std::vector<std::string> log;     // the last lines it wrote, oldest first, where known
  // What it was last started with; nothing: as the host has it.
  std::optional<OwnConfiguration> configuration;
};

class ServiceManager {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~ServiceManager() = default;

  // `systemd` or `hostd`.
  virtual std::string name() const = 0;

  // NOT_FOUND for a key that this manager does not know; UNAVAILABLE when it
  // cannot be asked.
  virtual absl::StatusOr<ServiceStatus> State(const std::string& key) = 0;

  // Makes it run, and run again whenever it ends, until Stop(). Returns once it
  // runs and seems to stay; OK when it runs already. NOT_FOUND when it is not
  // installed; any other error says what it said, and leaves it stopped.
  virtual absl::Status Start(const std::string& key) = 0;
  // Returns once it has ended. OK when it does not run.
  virtual absl::Status Stop(const std::string& key) = 0;
  // Stop and Start in one; starts one that does not run.
  virtual absl::Status Restart(const std::string& key) = 0;

  // With what it is to run from its next start on; nothing: as the host has it. What
  // runs is not disturbed. OK when it is so already.
  virtual absl::Status Configure(const std::string& key,
                                 const std::optional<OwnConfiguration>& configuration) = 0;

  // Becomes readable when something may have changed: then call Tend(). May be
  // another descriptor after any other call; -1: there is none. Owned by this object.
  virtual int change_fd() const = 0;
  // Takes in what has happened, and starts again what has ended and is due.
  virtual void Tend() = 0;
  // When Tend() is due although nothing has changed.
  virtual std::optional<TimePoint> tend_at() const = 0;
};

}  // namespace hostctl::daemon
