// From what a user asks of a service to the wanted state that results, or to the
// reason why not. Pure: nothing is applied here.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

struct ServiceUpdate {
  enum class Action { kStart, kStop, kRestart, kSetPolicy };

  std::string key;
  Action action = Action::kStart;
  store::ServicePolicy policy = store::ServicePolicy::kOn;  // of kSetPolicy
};

// What is wanted of the host: for good, and until it starts again.
struct Wanted {
  store::DesiredState state;
  store::ServicesByHand by_hand;
};

// NOT_FOUND SERVICE_NOT_FOUND, with the keys there are; `field` of the request named it.
absl::Status UnknownService(const std::string& key, const std::string& field);

// Errors as documented at HostServiceService in proto/hostctl/v1/service.proto.
//
// A start or a stop by hand holds until the host starts again or a policy is set.
// A policy holds at once, but for this: `off` leaves a running service running, as
// if it had been started by hand.
absl::StatusOr<Wanted> ApplyServiceUpdate(const Wanted& current, const ServiceUpdate& update);

// What was done by hand to ptpd counts no more once PTP has been switched on or off, and
// to chronyd once NTP has.
void ForgetAfterSwitch(const store::DesiredState& before, const store::DesiredState& after,
                       store::ServicesByHand& by_hand);

}  // namespace hostctl::reconcile
