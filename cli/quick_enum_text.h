// EnumText() for the enums of the status report, without protobuf's descriptors:
// building those takes a tenth of a whole `stats get`.
#pragma once

#include <string>

#include "hostctl/v1/ptp_stats.pb.h"

namespace hostctl::cli {

// The same text as EnumText(), whatever the value, but where said otherwise.
std::string QuickEnumText(v1::PortState state);
std::string QuickEnumText(v1::ClockState state);
std::string QuickEnumText(v1::DelayMechanism mechanism);
std::string QuickEnumText(v1::SyncMode mode);
std::string QuickEnumText(v1::PortReason reason);
// In lower case, as `system ptp set --role` takes it.
std::string QuickEnumText(v1::ClockRole role);

}  // namespace hostctl::cli
