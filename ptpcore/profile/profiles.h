// The PTP profiles (IEEE 1588-2019 clause 20): named presets of everything that decides
// how a clock speaks PTP.
//
//   const PtpProfile* telecom = FindProfile("g8275.1");
//   PtpProtocol in_force = Effective("g8275.1", overrides);   // every value is present
#pragma once

#include <string>
#include <vector>

#include "hostctl/v1/ptp_protocol.pb.h"

namespace ptpcore::profile {

using hostctl::v1::PtpProfile;
using hostctl::v1::PtpProtocol;

// What runs unless another one is chosen.
inline constexpr char kDefaultProfile[] = "slaveonly";

// Every profile, the default one first. In each PtpProfile.protocol every value is present.
const std::vector<PtpProfile>& Profiles();

// The profile of that name, of an empty name the default one; null if there is none.
const PtpProfile* FindProfile(const std::string& name);

// What `profile` and the single values on top of it come to: every value is present. A
// name that FindProfile() does not know counts as the default profile.
PtpProtocol Effective(const std::string& profile, const PtpProtocol& overrides);

}  // namespace ptpcore::profile
