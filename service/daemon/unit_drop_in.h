// A drop-in that has a unit of systemd run with a configuration of hostd's, systemd.unit(5):
//
//   # Made by hostd; gone when `hostctl system ntp set --disable`, or with the next boot.
//   [Service]
//   BindReadOnlyPaths=/run/hostctl/chrony.conf:/etc/chrony/chrony.conf
//   LogLevelMax=info
//
// The unit sees that file where it looks for its own: its command, its user, its sandbox
// and the AppArmor profile of its program stay as the distribution made them.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "service/daemon/service_manager.h"

namespace hostctl::daemon {

// The drop-in's text, for a unit whose program reads `read_file`; and back.
std::string DropInText(const OwnConfiguration& configuration, const std::string& read_file);
std::optional<OwnConfiguration> ConfigurationIn(const std::string& drop_in);

class DropIn {
 public:
  // `folder`: where drop-in folders lie, e.g. /run/systemd/system.
  DropIn(const std::string& folder, const std::string& unit);

  // Nothing when there is none of ours.
  std::optional<OwnConfiguration> Read() const;
  absl::Status Write(const OwnConfiguration& configuration) const;
  absl::Status Remove() const;

 private:
  const std::string folder_;
  const std::string path_;
};

}  // namespace hostctl::daemon
