// How PTP speaks, in the stored document: members of `ptp`, all of which may be missing.
//
//   "profile": "g8275.2", "protocol": {"role": "auto", "priority1": 10},
//   "unicast_masters": ["192.0.2.1"],
//   "acceptable_masters": [{"identity": "001b21fffe030405", "alternate_priority1": 0}],
//   "management": {"enabled": true, "allow_set": false},
//   "authentication": {"association_file": "/etc/hostctl/ptp-keys", "security_parameter_pointer":
//   0,
//                      "active_key_id": 0, "allow_unauthenticated": false}
#pragma once

#include "nlohmann/json.hpp"
#include "ptpcore/profile/settings.h"
#include "service/store/members.h"

namespace hostctl::store {

// Adds the members to the object `ptp`.
void AddProtocol(const ptpcore::profile::Settings& settings, nlohmann::json& ptp);

// Reads them; types only. What belongs together is for ptpcore::profile::Check().
ptpcore::profile::Settings ReadProtocol(Members& ptp, absl::Status& status);

}  // namespace hostctl::store
