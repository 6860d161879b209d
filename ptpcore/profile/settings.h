// What a user can set of how PTP speaks, and what of it is wrong. The same rules hold for
// hostd, which asks before it stores, and for the engine, which trusts nobody.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hostctl/v1/ptp_protocol.pb.h"
#include "ptpcore/profile/profiles.h"

namespace ptpcore::profile {

using hostctl::v1::AcceptableMaster;
using hostctl::v1::PtpAuthentication;

inline constexpr size_t kMaxUnicastMasters = 16;
inline constexpr size_t kMaxAcceptableMasters = 64;

struct Settings {
  std::string profile = kDefaultProfile;
  PtpProtocol values;  // single values on top of the profile
  std::vector<std::string> unicast_masters;
  std::vector<AcceptableMaster> acceptable_masters;
  bool management_enabled = true;
  bool management_allow_set = false;
  PtpAuthentication authentication = {};

  bool operator==(const Settings& o) const;
};

// The same in the one form that is stored and compared: the profile by its name, addresses and
// identities as addresses.h has them, a word that is UNSPECIFIED absent (the profile's). What
// is wrong stays as it is, for Check().
Settings Canonical(Settings settings);

// What is wrong with settings.
struct Problem {
  // Stable word: PROFILE_UNKNOWN, PROTOCOL_VALUE_OUT_OF_RANGE, DOMAIN_NOT_OF_PROFILE,
  // PROTOCOL_CONTRADICTION, UNICAST_MASTERS_INVALID, ACCEPTABLE_MASTERS_INVALID,
  // AUTHENTICATION_INVALID.
  std::string reason;
  std::string field;    // `protocol.priority1`
  std::string message;  // names the field, the value and what is allowed
};

// The first thing that is wrong with `settings` in the PTP domain `domain_number`.
std::optional<Problem> Check(const Settings& settings, unsigned domain_number);

}  // namespace ptpcore::profile
