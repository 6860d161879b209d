// What the engine should do, given what the user wants and what the host looks
// like; with what the administrator should know about it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hostctl/engine/v1/control.pb.h"
#include "service/host/interfaces.h"
#include "service/reconcile/condition.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

using hostctl::engine::v1::EngineConfig;

// What hostd's command line decides about every engine.
struct EngineSettings {
  hostctl::engine::v1::ClockKind clock = hostctl::engine::v1::CLOCK_KIND_SYSTEM;
  hostctl::engine::v1::TransportKind transport = hostctl::engine::v1::TRANSPORT_KIND_NETWORK;
  // Read with the virtual clock only.
  std::string virtual_clock_file;
  int64_t virtual_offset_ns = 0;
  double virtual_frequency_ppb = 0;
  std::string stats_log;  // path; empty: none
  uint64_t stats_log_max_bytes = uint64_t{10} * 1024 * 1024;
  std::string frequency_file;     // where the learned frequency is kept; empty: nowhere
  std::string management_socket;  // where management messages are answered; empty: nowhere
  std::string leap_seconds_file;  // list of leap seconds; empty: none
};

struct EnginePlan {
  enum class Action {
    kStop,  // must not run
    kRun,   // must run with `config`
    kWait,  // cannot be configured now; one that runs with `config` but for its device may stay
  };
  Action action = Action::kStop;
  // Its further ports are the watched interfaces that can be used now; with kWait
  // all of them, those that are away without a device.
  EngineConfig config;
  std::vector<Condition> conditions;
};

// `snapshot` holds the VMkernel names as bound. `clock_adjustable`: whether the
// engine would be allowed to steer the configured clock. `clock_lent`: NTP has it.
EnginePlan PlanEngine(const store::DesiredState& wanted, const host::Snapshot& snapshot,
                      const EngineSettings& settings, bool clock_adjustable, bool clock_lent);

// Whether an engine with this configuration may steer a clock.
bool MaySteer(const EngineConfig& config);

// Equal in every field.
bool SameConfig(const EngineConfig& a, const EngineConfig& b);
// Whether `running` differs from `planned` in nothing but the network devices
// behind the interfaces; it may also lack further ports, but have none more.
bool SameButForDevices(const EngineConfig& running, const EngineConfig& planned);

}  // namespace hostctl::reconcile
