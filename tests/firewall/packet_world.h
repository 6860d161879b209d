// A host with a firewall, its peers on one link, and packets between them. An
// observer behind the firewall notes which packets came through and drops them, so
// that no packet makes a flow that lets the next one pass.
//
//   PacketWorld world;
//   world.Send({Direction::kInbound, Protocol::kUdp, "10.0.0.2", 2000, 319});
//   std::set<Packet> passed = world.TakePassed();
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "firewall/ruleset.h"
#include "tests/firewall/network_namespace.h"

namespace hostctl::firewall {

struct Packet {
  Direction direction = Direction::kInbound;
  Protocol protocol = Protocol::kUdp;
  std::string peer;  // the far end's address, one of PacketWorld::Peers()
  uint16_t source_port = 0;
  uint16_t destination_port = 0;

  bool operator<(const Packet& o) const {
    return std::tie(direction, protocol, peer, source_port, destination_port) <
           std::tie(o.direction, o.protocol, o.peer, o.source_port, o.destination_port);
  }
  std::string ToString() const;
};

class PacketWorld {
 public:
  PacketWorld();
  ~PacketWorld();
  PacketWorld(const PacketWorld&) = delete;
  PacketWorld& operator=(const PacketWorld&) = delete;

  // IPv4 and IPv6 addresses of the far end.
  static std::vector<std::string> Peers();

  const NetworkNamespace& host() const { return host_; }

  // A UDP datagram, or the SYN of a TCP connection.
  void Send(const Packet& packet) const;

  // The packets sent since the last call that came through the firewall. Waits
  // until every one of them was either let through or dropped.
  std::set<Packet> TakePassed() const;

 private:
  void WaitUntilDelivered() const;

  NetworkNamespace host_;
  NetworkNamespace peer_;
  int marker_out_ = -1;  // packet sockets of the two ends of the link
  int marker_in_ = -1;
};

}  // namespace hostctl::firewall
