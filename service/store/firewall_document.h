// The firewall's part of the stored document, see desired_state.h.
#pragma once

#include "absl/status/status.h"
#include "nlohmann/json.hpp"
#include "service/store/desired_state.h"

namespace hostctl::store {

// The object `firewall`.
nlohmann::json FirewallToJson(const DesiredState& state);

// Reads the object into the members of `state` that are about the firewall. What is
// wrong with it goes into `status`, unless there is an error already.
void ReadFirewall(const nlohmann::json& value, absl::Status& status, DesiredState& state);

}  // namespace hostctl::store
