// firewalld, as far as we need it: read what of ours it holds, change that, and
// hear when it changes. Behind an interface so that tests do without it.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "firewall/firewalld_plan.h"

namespace hostctl::firewall {

class Firewalld {
 public:
  virtual ~Firewalld() = default;

  // Whether firewalld filters the packets of this host now. That there is no bus,
  // or no firewalld on it, is no error.
  virtual bool Running() = 0;

  // While it is Running(). Errors name firewalld, the operation and its own words:
  // PERMISSION_DENIED, UNAVAILABLE when it does not answer, INTERNAL otherwise.
  virtual absl::StatusOr<FirewalldState> Read() = 0;
  // What is so already is done. Errors as Read().
  virtual absl::Status Do(const FirewalldStep& step) = 0;

  // Becomes readable when firewalld comes, goes, reloads or is changed by anyone;
  // -1 where there is nothing to watch. May be another after each call.
  virtual int change_fd() const = 0;
  // Reads away what made change_fd() readable. True if anything of the above has
  // happened since the last call.
  virtual bool TakeChanges() = 0;
};

// The firewalld of the system bus (DBUS_SYSTEM_BUS_ADDRESS, or the default one), if
// it works on the network namespace of this process. Never starts it.
std::unique_ptr<Firewalld> NewDbusFirewalld();

}  // namespace hostctl::firewall
