// PTP over UDP over IPv4: IEEE 1588-2019 annex C. Event messages on port 319,
// general messages on 320, to and from 224.0.1.129, those of the peer delay mechanism
// 224.0.0.107, or to one address; on one network device.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/net/device.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/net/transport_options.h"

namespace ptpcore::net {

// Opens both sockets on the device `name`, joins the groups and turns on kernel
// timestamps. PERMISSION_DENIED without CAP_NET_BIND_SERVICE; UNAVAILABLE names
// the call that failed.
absl::StatusOr<std::unique_ptr<Transport>> OpenUdpIpv4Transport(
    const std::string& name, const Device& device, const TransportOptions& options = {});

}  // namespace ptpcore::net
