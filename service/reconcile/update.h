// From what a user asks of PTP to the desired state that results, or to the reason why
// not. Pure: nothing is applied here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/host/interfaces.h"
#include "service/reconcile/protocol_update.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

// A request to change PTP. Members that are absent stay as they are.
struct PtpUpdate {
  bool reset_to_defaults = false;  // first go back to the factory's, then the members
  std::optional<bool> enabled;
  std::optional<std::string> interface;
  std::optional<int64_t> domain_number;  // 0..255
  std::optional<bool> read_only;
  std::optional<store::StepPolicy> step_policy;
  std::optional<std::string> servo;
  std::optional<int64_t> delay_asymmetry_ns;
  std::optional<int64_t> ingress_latency_ns;
  std::optional<int64_t> egress_latency_ns;
  std::optional<int64_t> holdover_limit_s;  // 0 to 30 days
  std::optional<std::vector<std::string>> watch_interfaces;
  std::optional<store::Fallback> fallback;
  std::optional<int64_t> fallback_after_s;         // 1 s to 1 day
  std::optional<int64_t> fallback_return_after_s;  // likewise
  std::optional<bool> disable_events;
  ProtocolUpdate protocol;
  std::optional<std::string> etag;  // refuse unless it is the current one
};

// The ruleset that PTP needs.
inline constexpr char kPtpRuleset[] = "ptpd";

// Changes whenever the settings do, and only then; the same after a restart.
std::string EtagOf(const store::PtpSettings& settings);

// Whether PTP needs its ruleset: a packet filter sees no Ethernet frames of its own type.
bool NeedsRuleset(const store::PtpSettings& settings);

// Whether PTP may come to steer the clock by a master: a server does not.
bool FollowsMasters(const store::PtpSettings& settings);

// Whether packets of the ruleset `id` can pass at all under `policy`.
bool RulesetPasses(const firewall::Policy& policy, const std::string& id);

// INVALID_ARGUMENT HOLDOVER_LIMIT_OUT_OF_RANGE; `got` in words, with its unit.
absl::Status HoldoverLimitOutOfRange(const std::string& got);

// INVALID_ARGUMENT FALLBACK_TIME_OUT_OF_RANGE; `field` of PtpConfig, `got` in words.
absl::Status FallbackTimeOutOfRange(const std::string& field, const std::string& got);

// `current` changed as `update` asks, without what follows for services and their
// rulesets (service_plan.h). An interface, watched ones too, must be in `snapshot` (VMkernel names
// included) or be a remembered binding whose device is away. PTP that is enabled without
// one takes the interface that is tagged for it. Where NTP comes to be what PTP falls back
// to, its ruleset is opened, and closed when it no longer is. `clock_adjustable`:
// whether PTP could steer the clock. Errors as documented at UpdatePtp in
// proto/hostctl/v1/ptp.proto.
absl::StatusOr<store::DesiredState> ApplyPtpUpdate(const store::DesiredState& current,
                                                   const PtpUpdate& update,
                                                   const host::Snapshot& snapshot,
                                                   bool clock_adjustable);

}  // namespace hostctl::reconcile
