// Which ServiceManager this host needs: systemd where it runs the host, else hostd's own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "service/daemon/service_manager.h"

namespace hostctl::daemon {

struct ManagerOptions {
  // Command line of chronyd. Given: hostd runs it itself, on any host. Empty: the
  // host's systemd unit, or without systemd kChronydCommand.
  std::string chronyd;
  bool sandbox = false;  // there are no services, and none of the host's is touched
  std::string run_dir;   // see supervised_service.h
  std::string pid_file;  // of a chronyd with hostd's configuration, see supervised_service.h
  // Exists if and only if systemd runs the host, see sd_booted(3).
  std::string systemd_folder = "/run/systemd/system";
  std::string drop_in_folder = "/run/systemd/system";  // see SystemdOptions
  // Whether we may write there; else the unit hostctl-chrony@.service does.
  bool may_write_units = true;
  std::string bus_address;  // empty: the system bus
  std::function<ServiceManager::TimePoint()> now;
  std::function<void(const std::string&)> log;
};

std::unique_ptr<ServiceManager> ChooseManager(const ManagerOptions& options);

}  // namespace hostctl::daemon
