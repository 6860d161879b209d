// EnumText() for the enums of the status report, without protobuf's descriptors:
// building those takes a tenth of a whole `stats get`.
#pragma once

#include <string>

#include "hostctl/v1/ptp_stats.pb.h"

namespace hostctl::cli {

// The same text as EnumText(), whatever the value.
std::string QuickEnumText(v1::PortState state);
std::string QuickEnumText(v1::ClockState state);
std::string QuickEnumText(v1::DelayMechanism mechanism);
std::string QuickEnumText(v1::SyncMode mode);

}  // namespace hostctl::cli
