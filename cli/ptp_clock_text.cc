#include "cli/ptp_clock_text.h"

#include "cli/enum_text.h"

namespace hostctl::cli {

std::string TransportText(v1::Transport transport) {
  switch (transport) {
    case v1::TRANSPORT_UDP_IPV4_MULTICAST:
      return "ipv4, multicast";
    case v1::TRANSPORT_UDP_IPV4_UNICAST:
      return "ipv4, unicast";
    case v1::TRANSPORT_UDP_IPV6_MULTICAST:
      return "ipv6, multicast";
    case v1::TRANSPORT_UDP_IPV6_UNICAST:
      return "ipv6, unicast";
    case v1::TRANSPORT_ETHERNET:
      return "ethernet";
    case v1::TRANSPORT_SIMULATED:
      return "simulated";
    default:
      return EnumText(transport);
  }
}

}  // namespace hostctl::cli
