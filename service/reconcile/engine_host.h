// The service `ptpd` as hostd sees it: a process that outlives hostd, is found
// again through its control socket, and is started when there is none.
//
// One thread at a time, but for GetStats().
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "hostctl/engine/v1/control.pb.h"

namespace hostctl::reconcile {

class EngineHost {
 public:
  virtual ~EngineHost() = default;

  // Takes over an engine that runs already; false when there is none. Disturbs nothing.
  virtual absl::StatusOr<bool> Adopt() = 0;
  // Adopts an engine or starts one; returns once it answers.
  virtual absl::Status Start() = 0;
  // Makes the running engine work with `config`. On error it works as before.
  virtual absl::Status Configure(const hostctl::engine::v1::EngineConfig& config) = 0;
  // Ends the engine: asks it, then insists. OK when none runs.
  virtual absl::Status Stop() = 0;
  // Ends at once one that answers nothing; TakeExit() tells of it. OK when none runs.
  virtual absl::Status Kill() = 0;

  // Process of the engine; 0 when none is known to run.
  virtual pid_t pid() const = 0;
  // When that process was started.
  virtual std::optional<absl::Time> since() const = 0;
  // What the engine works with; nothing before the first Configure.
  virtual std::optional<hostctl::engine::v1::EngineConfig> config() const = 0;

  // Becomes readable when the engine has ended; -1 when none runs. Owned by this object.
  virtual int exit_fd() const = 0;
  // If the engine has ended without being asked to: how, in words, once; from
  // then on none runs.
  virtual std::optional<std::string> TakeExit() = 0;

  // A fresh status report. Any thread, at any time.
  virtual absl::StatusOr<hostctl::v1::PtpStats> GetStats() = 0;
};

}  // namespace hostctl::reconcile
