// The engine's configuration (hostctl.engine.v1.EngineConfig): what is valid, and
// what a difference between two of them asks for.
#pragma once

#include "absl/status/status.h"
#include "hostctl/engine/v1/control.pb.h"

namespace ptpcore::engine {

using hostctl::engine::v1::EngineConfig;

// INVALID_ARGUMENT names the field, the value and what is allowed.
absl::Status Validate(const EngineConfig& config);

// With the defaults filled in, so that equal meaning is equal content: of `protocol` every
// value is present.
EngineConfig Normalize(EngineConfig config);

// Messages a second that one source address may send: EngineConfig.source_rate_limit.
inline constexpr uint32_t kLeastSourceRate = 100;
inline constexpr uint32_t kMostSourceRate = 1'000'000;
inline constexpr uint32_t kDefaultSourceRate = 2000;

enum class Difference {
  kNone,
  kLive,    // can be taken over while the port runs
  kRestart  // another network, clock, domain or protocol: the port starts over
};
// Of two normalized configurations.
Difference Compare(const EngineConfig& before, const EngineConfig& after);

}  // namespace ptpcore::engine
