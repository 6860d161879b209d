// How messages are sent and timestamped: what the configuration may say of it.
#pragma once

#include <cstdint>

namespace ptpcore::net {

// Who takes the timestamps of event messages.
enum class StampSource {
  kSoftware,  // the kernel, by CLOCK_REALTIME
  kHardware,  // the network device, by its PTP hardware clock
};

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
  // kHardware: the device was told to stamp; see timestamping.h.
  StampSource stamps = StampSource::kSoftware;
};

}  // namespace ptpcore::net
