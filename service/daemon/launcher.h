// Starts and ends a program of ours that is to outlive us, for whom another part then
// cares (service/reconcile/ptpd_host.h): as our child, or as a unit of systemd, which gives
// it a user and rights of its own.
//
//   const auto launcher = LaunchUnit({"hostctl-ptpd.service", "", log});
//   auto process = launcher->Start();
//   ...
//   absl::Status ended = launcher->End(*process, std::chrono::seconds(2));
//
// One thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/daemon/child_process.h"

namespace hostctl::daemon {

class Launcher {
 public:
  virtual ~Launcher() = default;

  // Hold of the process, started just now or, where only one can be, running already.
  // It may not serve yet. NOT_FOUND when the program or its unit is not there.
  virtual absl::StatusOr<ChildProcess> Start() = 0;
  // Ends it: asks it to, and insists if it has not ended `patience` later; OK when it has
  // ended already. Also for a process that a former hostd started this way.
  virtual absl::Status End(ChildProcess& process, std::chrono::milliseconds patience) = 0;
  // Ends one that does not answer, as fast as can be.
  virtual absl::Status Kill(ChildProcess& process, std::chrono::milliseconds patience) = 0;
  // How a process that has ended did so, e.g. `was ended by signal 9 (Killed)`; `ended`
  // where nobody knows.
  virtual std::string ExitWords(const ChildProcess& process) = 0;
};

// By `arguments`, program first, as ChildProcess::Spawn().
std::unique_ptr<Launcher> LaunchChild(std::vector<std::string> arguments);

struct UnitToLaunch {
  std::string unit;         // e.g. hostctl-ptpd.service
  std::string bus_address;  // D-Bus address; empty: the system bus
  std::function<void(const std::string&)> log;
};
// Asks systemd. How long it waits before it insists, the unit says (TimeoutStopSec=).
std::unique_ptr<Launcher> LaunchUnit(UnitToLaunch settings);

}  // namespace hostctl::daemon
