// PTP straight over Ethernet: IEEE 1588-2019 annex E. Frames of ethertype 0x88F7 to and
// from 01-1B-19-00-00-00, those of the peer delay mechanism 01-80-C2-00-00-0E, or to one
// MAC address; on one network device. Frames of a VLAN are heard on the VLAN's own device
// only; a tag that carries nothing but a priority (VLAN 0) does no harm.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/net/device.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/net/transport_options.h"

namespace ptpcore::net {

// Opens both sockets on the device and turns on kernel timestamps. PERMISSION_DENIED
// without CAP_NET_RAW; UNAVAILABLE names the call that failed.
absl::StatusOr<std::unique_ptr<Transport>> OpenEthernetTransport(
    const std::string& name, const Device& device, const TransportOptions& options = {});

}  // namespace ptpcore::net
