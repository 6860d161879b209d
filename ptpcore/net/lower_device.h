// Which physical device stamps the packets of a virtual one: a VLAN's is the device below
// it, that of a bond in active-backup mode its active member.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/net/device_ioctl.h"

namespace ptpcore::net {

// `name` itself where it is neither VLAN nor bond. FAILED_PRECONDITION where no single
// device stamps: a bond in another mode, or without an active member.
absl::StatusOr<std::string> LowerDevice(const std::string& name, const DeviceIoctl& ioctl);

}  // namespace ptpcore::net
