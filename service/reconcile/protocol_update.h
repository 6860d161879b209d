// The part of an update of PTP that says how it speaks: profile, single values on top of it,
// masters, management, authentication. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ptpcore/profile/settings.h"
#include "service/reconcile/changes.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

// Members that are absent stay as they are.
struct AuthenticationUpdate {
  std::optional<std::string> association_file;
  std::optional<uint32_t> security_parameter_pointer;
  std::optional<uint32_t> active_key_id;
  std::optional<bool> allow_unauthenticated;
};

// Likewise.
struct ProtocolUpdate {
  // Without `values` it takes the single values away.
  std::optional<std::string> profile;
  // All single values anew.
  std::optional<ptpcore::profile::PtpProtocol> values;
  // Some of them, by name, after that; nothing: the profile's again.
  std::map<std::string, std::optional<int64_t>> some_values;
  std::optional<std::vector<std::string>> unicast_masters;
  std::optional<std::vector<ptpcore::profile::AcceptableMaster>> acceptable_masters;
  std::optional<bool> management_enabled;
  std::optional<bool> management_allow_set;
  AuthenticationUpdate authentication = {};
};

// Takes `update` over into `ptp`. `names_domain`: the same request sets the domain; otherwise
// that follows a profile that is set. INVALID_ARGUMENT with a reason of
// ptpcore::profile::Problem.
absl::Status TakeProtocol(const ProtocolUpdate& update, bool names_domain, store::PtpSettings& ptp);

// Every value that differs, `ptp.profile` to `ptp.authentication.allow_unauthenticated`. A value
// that is the profile's is marked so: `128 (profile)`.
std::vector<Change> ProtocolChanges(const ptpcore::profile::Settings& before,
                                    const ptpcore::profile::Settings& after);

// Differs whenever the settings do.
std::string FingerprintText(const ptpcore::profile::Settings& settings);

}  // namespace hostctl::reconcile
