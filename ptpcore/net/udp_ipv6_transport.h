// PTP over UDP over IPv6: IEEE 1588-2019 annex D. Event messages on port 319, general
// messages on 320, to and from ff0x::181 of the chosen scope, those of the peer delay
// mechanism ff02::6b, or to one address; on one network device.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/net/device.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/net/transport_options.h"

namespace ptpcore::net {

// As OpenUdpIpv4Transport(). Link-local destinations are those of this device.
absl::StatusOr<std::unique_ptr<Transport>> OpenUdpIpv6Transport(
    const std::string& name, const Device& device, const TransportOptions& options = {});

}  // namespace ptpcore::net
