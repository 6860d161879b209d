// The services' part of the stored document, see desired_state.h.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "nlohmann/json.hpp"
#include "service/store/service_policy.h"

namespace hostctl::store {

nlohmann::json ToJson(const ServicePolicies& services);

// A service that is not named keeps its default; one that this release does not
// know is refused. `path` of `value` in the document, for messages. What is wrong
// with it goes into `status`, unless there is an error already.
ServicePolicies ReadServices(const nlohmann::json& value, const std::string& path,
                             absl::Status& status);

}  // namespace hostctl::store
