#include "service/daemon/choose_manager.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/daemon/chronyd.h"
#include "service/daemon/supervisor.h"
#include "service/daemon/systemd_manager.h"

namespace hostctl::daemon {
namespace {

constexpr char kChronyd[] = "chronyd";

std::unique_ptr<ServiceManager> OwnManager(const ManagerOptions& options) {
  SupervisedService::Options service;
  service.key = kChronyd;
  if (options.sandbox) {
    service.missing = "a sandbox has no chronyd";
  } else if (options.chronyd.empty()) {
    service.command = SplitCommand(kChronydCommand);
    service.missing = absl::StrCat("there is no ", service.command.front(),
                                   "; on Debian: apt-get install chrony");
  } else {
    service.command = SplitCommand(options.chronyd);
  }
  service.command_with = [command = service.command](const OwnConfiguration& configuration) {
    return CommandWith(command, configuration);
  };
  service.steers_clock = !StaysOffTheClock(service.command);
  service.run_dir = options.run_dir;
  service.pid_file = options.pid_file;
  service.now = options.now;
  service.log = options.log;
  return std::make_unique<Supervisor>(std::vector<SupervisedService::Options>{service});
}

}  // namespace

std::unique_ptr<ServiceManager> ChooseManager(const ManagerOptions& options) {
  std::error_code ignored;
  const bool systemd = std::filesystem::is_directory(options.systemd_folder, ignored);
  if (options.sandbox || !options.chronyd.empty() || !systemd) return OwnManager(options);
  SystemdOptions settings;
  // Debian's name, and everybody else's.
  settings.units = {{kChronyd, {"chrony.service", "chronyd.service"}}};
  settings.drop_in_folder = options.drop_in_folder;
  if (!options.may_write_units) settings.drop_in_writer = "hostctl-chrony@";
  settings.bus_address = options.bus_address;
  settings.log = options.log;
  auto manager = ConnectToSystemd(std::move(settings));
  if (manager.ok()) return *std::move(manager);
  options.log(absl::StrCat("systemd cannot be asked, hostd runs services itself: ",
                           manager.status().message()));
  return OwnManager(options);
}

}  // namespace hostctl::daemon
