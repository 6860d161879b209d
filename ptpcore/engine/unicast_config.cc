#include "ptpcore/engine/unicast_config.h"

#include <arpa/inet.h>
#include <netinet/ether.h>

#include <array>
#include <cstring>
#include <string>

#include "ptpcore/profile/addresses.h"

namespace ptpcore::engine {
namespace {

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

}  // namespace

std::optional<protocol::UnicastConfig> UnicastConfigOf(const EngineConfig& config,
                                                       const v1::PtpProtocol& in_force) {
  if (!in_force.unicast_negotiation()) return std::nullopt;
  protocol::UnicastConfig unicast;
  for (const std::string& text : config.unicast_masters()) {
    if (const auto address = PortAddressOf(text))
      unicast.client.masters.push_back({text, *address});
  }
  unicast.client.log_intervals = {static_cast<int8_t>(in_force.log_announce_interval()),
                                  static_cast<int8_t>(in_force.log_sync_interval()),
                                  static_cast<int8_t>(in_force.log_min_delay_req_interval())};
  unicast.client.duration_s = in_force.unicast_grant_duration_s();
  unicast.server.maximum_duration_s = in_force.unicast_grant_duration_s();
  unicast.server.maximum_clients = in_force.maximum_unicast_clients();
  unicast.serve = in_force.role() != v1::CLOCK_ROLE_CLIENT;
  return unicast;
}

}  // namespace ptpcore::engine
