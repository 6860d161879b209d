#include "ptpcore/engine/transport_config.h"

namespace ptpcore::engine {

namespace v1 = hostctl::v1;

wire::NetworkProtocol ProtocolOf(const v1::PtpProtocol& protocol) {
  switch (protocol.network_protocol()) {
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      return wire::NetworkProtocol::kUdpIpv6;
    case v1::NETWORK_PROTOCOL_ETHERNET:
      return wire::NetworkProtocol::kIeee8023;
    default:
      return wire::NetworkProtocol::kUdpIpv4;
  }
}

net::TransportOptions TransportOptionsOf(const v1::PtpProtocol& protocol) {
  net::TransportOptions options;
  if (protocol.has_time_to_live()) {
    options.time_to_live = static_cast<uint8_t>(protocol.time_to_live());
  }
  options.dscp_event = static_cast<uint8_t>(protocol.dscp_event());
  options.dscp_general = static_cast<uint8_t>(protocol.dscp_general());
  if (protocol.ipv6_scope() != v1::IPV6_SCOPE_UNSPECIFIED) {
    options.ipv6_scope = static_cast<uint8_t>(protocol.ipv6_scope());
  }
  options.non_forwardable = protocol.non_forwardable();
  return options;
}

}  // namespace ptpcore::engine
