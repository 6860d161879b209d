// Which services there are and which of them should run, given what the user wants
// and has done by hand. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/reconcile/changes.h"
#include "service/reconcile/engine_plan.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

inline constexpr char kPtpService[] = "ptpd";
inline constexpr char kNtpService[] = "chronyd";

struct ServiceDefinition {
  std::string key;      // `ptpd`
  std::string label;    // `PTP Daemon`
  std::string ruleset;  // the firewall ruleset it needs
  bool required;        // may not be stopped
  bool owns_ruleset;    // opens it when it runs and closes it when it does not
};

// Sorted by key.
const std::vector<ServiceDefinition>& ServiceCatalogue();
// nullptr if there is none.
const ServiceDefinition* FindService(const std::string& key);

enum class ServiceTarget {
  kRun,
  kStop,
  kLeave,  // nobody has asked for anything: what others have started may stay
};

// What decides about one service.
struct ServiceInputs {
  store::ServicePolicy policy = store::ServicePolicy::kOn;
  bool started_by_hand = false;
  bool stopped_by_hand = false;
  bool ready = true;         // there is something for it to do: PTP is enabled
  bool ruleset_open = true;  // read with policy automatic
};
ServiceTarget TargetOf(const ServiceInputs& inputs);

// What follows from `state` and `by_hand` for the service `key` of the catalogue.
ServiceInputs InputsOf(const store::DesiredState& state, const store::ServicesByHand& by_hand,
                       const std::string& key);
ServiceTarget TargetOf(const store::DesiredState& state, const store::ServicesByHand& by_hand,
                       const std::string& key);
bool ShouldRun(const store::DesiredState& state, const store::ServicesByHand& by_hand,
               const std::string& key);

// Why a service with these inputs is not to run; empty if it is.
std::string WhyNotRun(const ServiceInputs& inputs, const ServiceDefinition& service);
// SERVICE_NOT_STARTED: PTP is enabled, but its service is not to run.
Condition PtpNotStarted(const ServiceInputs& inputs);

// Opens the rulesets that belong to a service which should run, closes those of the others.
void CoupleRulesets(const store::ServicesByHand& by_hand, store::DesiredState& state);

// Policies and what runs, as differences; both states coupled.
std::vector<Change> ServiceChanges(const store::DesiredState& before,
                                   const store::ServicesByHand& by_hand_before,
                                   const store::DesiredState& after,
                                   const store::ServicesByHand& by_hand_after);

// What else is known of who steers the system clock.
struct ClockFacts {
  bool ptp_uses_system_clock = true;  // not the virtual one
  bool chronyd_steers = true;         // was not told to leave the clock alone
  bool chronyd_runs = false;          // whoever started it
  bool chronyd_known = true;          // its service manager could be asked
  bool in_fallback = false;           // NTP has taken over, or is to now
};
// Whether PTP is to be this host's source of time: it follows masters and steers a clock,
// the system's or the virtual one.
bool PtpIsSource(const store::DesiredState& state);
// Whether NTP is: chronyd runs with the configuration of `state.ntp` rather than the host's.
bool NtpIsSource(const store::DesiredState& state);
// Whether PTP falls back to NTP, by the settings.
bool FallsBackToNtp(const store::DesiredState& state);
// Whether NTP is to take over when PTP fails: who steers the clock is then for the fallback
// to say (fallback.h), and chronyd runs for nothing else, whatever its policy.
bool FallbackArmed(const store::DesiredState& state, const store::ServicesByHand& by_hand);
// Whether the engine must leave the clock alone: NTP has it, or chronyd, which would
// steer it too, still runs.
bool ClockLent(const store::DesiredState& state, const store::ServicesByHand& by_hand,
               const ClockFacts& facts);
// Whether PTP would steer the system clock.
bool PtpSteers(const store::DesiredState& state, const store::ServicesByHand& by_hand,
               const ClockFacts& facts);
// As TargetOf(), but that chronyd is stopped while PTP steers the clock it would steer, and
// when it ran for a fallback that is over.
ServiceTarget TargetBeside(const store::DesiredState& state, const store::ServicesByHand& by_hand,
                           const ClockFacts& facts, const std::string& key);
// FAILED_PRECONDITION CLOCK_HAS_OWNER when `after` would make PTP and NTP sources both at
// once, or let PTP and the host's chronyd steer the clock, and `before` did not; as sources
// they are no two where PTP falls back to NTP. FALLBACK_WITHOUT_SERVERS when it would and
// NTP has no servers.
absl::Status CheckClockOwner(const store::DesiredState& before,
                             const store::ServicesByHand& by_hand_before,
                             const store::DesiredState& after,
                             const store::ServicesByHand& by_hand_after, const ClockFacts& facts);

}  // namespace hostctl::reconcile
