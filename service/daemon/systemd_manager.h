// The ServiceManager of a host that systemd runs: asks systemd over D-Bus,
// interface org.freedesktop.systemd1, see org.freedesktop.systemd1(5). Starting
// again what has ended is systemd's affair (Restart= of the unit).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/daemon/service_manager.h"

namespace hostctl::daemon {

struct SystemdOptions {
  // Service key -> names that its unit may have; the first that is installed counts.
  std::map<std::string, std::vector<std::string>> units;
  // Where drop-ins of units lie that are gone with the next boot, systemd.unit(5).
  std::string drop_in_folder = "/run/systemd/system";
  // Template of a unit that writes drop-ins for us, e.g. `hostctl-chrony@`: its instances are
  // the least severity to log, and `none`. Empty: we may write there ourselves.
  std::string drop_in_writer;
  std::string bus_address;                  // D-Bus address; empty: the system bus
  std::chrono::milliseconds timeout{8000};  // of a job: starting, stopping
  std::function<void(const std::string&)> log;
};

// UNAVAILABLE when there is no bus or no systemd on it. Once connected, a bus that
// goes away is looked for again with every call.
absl::StatusOr<std::unique_ptr<ServiceManager>> ConnectToSystemd(SystemdOptions options);

}  // namespace hostctl::daemon
