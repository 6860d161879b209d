// What a configuration says of the network, in the words of net/. What is absent has the
// value of the profile `slaveonly`.
#pragma once

#include "hostctl/v1/ptp_protocol.pb.h"
#include "ptpcore/net/transport_options.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::engine {

wire::NetworkProtocol ProtocolOf(const hostctl::v1::PtpProtocol& protocol);
net::TransportOptions TransportOptionsOf(const hostctl::v1::PtpProtocol& protocol);

}  // namespace ptpcore::engine
