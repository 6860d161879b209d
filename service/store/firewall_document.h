// The firewall's part of the stored document, see desired_state.h.
#pragma once

#include "absl/status/status.h"
#include "firewall/ruleset.h"
#include "nlohmann/json.hpp"

namespace hostctl::store {

nlohmann::json ToJson(const firewall::Policy& policy);

// `path` of `value` in the document, for messages. What is wrong with it goes
// into `status`, unless there is an error already.
firewall::Policy ReadPolicy(const nlohmann::json& value, const std::string& path,
                            absl::Status& status);

}  // namespace hostctl::store
