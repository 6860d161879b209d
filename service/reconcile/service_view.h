// A service as users see it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "service/reconcile/changes.h"
#include "service/reconcile/service_plan.h"

namespace hostctl::reconcile {

enum class ServiceState {
  kStopped,
  kRunning,
  kFailed,  // wanted but not running
};

struct ServiceView {
  ServiceDefinition definition;
  store::ServicePolicy policy = store::ServicePolicy::kOn;
  ServiceState state = ServiceState::kStopped;
  std::string reason;  // why it does not run; empty when it does
  bool installed = true;
  pid_t pid = 0;                    // 0 when it does not run
  std::optional<absl::Time> since;  // nothing when it does not run
  std::string last_exit;            // how it ended last; empty when that is not known
  uint64_t restarts = 0;            // unexpected ends
  std::vector<std::string> recent_log;
  std::string manager;  // who runs it: `hostd` or `systemd`
};

struct ServiceSetResult {
  ServiceView service;
  std::vector<Change> changes;
};

}  // namespace hostctl::reconcile
