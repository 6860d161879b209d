#include "ptpcore/engine/port_address.h"

#include <arpa/inet.h>
#include <netinet/ether.h>

#include <cstring>

#include "ptpcore/profile/addresses.h"

namespace ptpcore::engine {

namespace v1 = hostctl::v1;

std::optional<wire::PortAddress> PortAddressOf(const std::string& text) {
  const auto known = profile::ParseAddress(text);
  if (!known) return std::nullopt;
  wire::PortAddress address;
  switch (known->network) {
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      address.protocol = wire::NetworkProtocol::kUdpIpv6;
      address.length = 16;
      if (inet_pton(AF_INET6, known->text.c_str(), address.octets.data()) != 1) return std::nullopt;
      return address;
    case v1::NETWORK_PROTOCOL_ETHERNET: {
      ether_addr mac{};
      if (ether_aton_r(known->text.c_str(), &mac) == nullptr) return std::nullopt;
      address.protocol = wire::NetworkProtocol::kIeee8023;
      address.length = ETH_ALEN;
      std::memcpy(address.octets.data(), mac.ether_addr_octet, ETH_ALEN);
      return address;
    }
    default:
      address.protocol = wire::NetworkProtocol::kUdpIpv4;
      address.length = 4;
      if (inet_pton(AF_INET, known->text.c_str(), address.octets.data()) != 1) return std::nullopt;
      return address;
  }
}

}  // namespace ptpcore::engine
