// Looks at this host for the test of PTP: asks the reconciler, listens to the network, traces
// the packet filter, reads /proc and /sys.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/diagnose/last_master.h"
#include "service/diagnose/probes.h"
#include "service/host/interfaces.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::diagnose {

// All that is referred to must outlive the probes.
struct HostParts {
  reconcile::Reconciler& reconciler;
  // Interfaces of its own: those of the reconciler are used by its thread.
  std::function<absl::StatusOr<std::unique_ptr<host::Interfaces>>()> open_interfaces;
  // Whether the stored settings can be read now.
  std::function<absl::Status()> check_state;
  const LastMaster& last_master;
  bool simulated = false;      // a sandbox: no wire, no packet filter
  bool virtual_clock = false;  // the clock that PTP steers is not the system's
  std::string leap_seconds_file;
};

std::unique_ptr<Probes> NewHostProbes(HostParts parts);

}  // namespace hostctl::diagnose
