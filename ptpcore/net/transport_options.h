// How messages are sent and timestamped: what the configuration may say of it.
#pragma once

#include <cstdint>

namespace ptpcore::net {

struct TransportOptions {
  // TTL or hop limit of multicast messages, 1..255. That of the peer delay group is 1.
  uint8_t time_to_live = 1;
  // Differentiated services code points (RFC 2474), 0..63.
  uint8_t dscp_event = 0;
  uint8_t dscp_general = 0;
  // UDP/IPv6: how far multicast travels (RFC 4291 2.7), the x of ff0x::181; 1..14.
  uint8_t ipv6_scope = 5;
  // Ethernet: all messages to 01-80-C2-00-00-0E, which no bridge forwards.
  bool non_forwardable = false;
};

}  // namespace ptpcore::net
