// What the kernel tells of a packet that carries `meta nftrace`: every rule it meets and
// every verdict (NFT_MSG_TRACE, linux/netfilter/nf_tables.h). Pure.
//
//   DropCollector drops;
//   drops.Take(message, length);
//   for (const TracedDrop& drop : drops.drops()) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

struct nlattr;
struct nlmsghdr;

namespace hostctl::firewall {

// Packets of one kind that ended at one place.
struct TracedDrop {
  bool inbound = true;
  std::string family;  // of the table: `inet`, `ip`, `ip6`, `bridge`, `netdev`
  std::string table;
  std::string chain;
  uint64_t handle = 0;   // of the rule; 0: the policy of the chain
  std::string rule;      // the rule as nft lists it; empty where it could not be read
  uint8_t protocol = 0;  // IP protocol: 17 UDP, 2 IGMP, 58 ICMPv6
  uint16_t port = 0;     // destination, of UDP
  std::string source;    // address of the sender of the first of them
  uint64_t packets = 0;

  bool operator==(const TracedDrop& o) const {
    return inbound == o.inbound && family == o.family && table == o.table && chain == o.chain &&
           handle == o.handle && rule == o.rule && protocol == o.protocol && port == o.port &&
           source == o.source && packets == o.packets;
  }
};

// Gathers the drops from the messages of a trace. Bounded; what makes no sense is passed over.
class DropCollector {
 public:
  // One or several netlink messages.
  void Take(const void* messages, size_t length);
  const std::vector<TracedDrop>& drops() const { return drops_; }

 private:
  struct Packet {
    bool inbound = true;
    uint8_t protocol = 0;
    uint16_t port = 0;
    std::string source;
  };
  struct Event;
  void TakeEvent(const Event& event);
  void TakeMessage(const nlmsghdr* message);
  static int TakeAttribute(const nlattr* attribute, void* event);

  std::map<uint32_t, Packet> packets_;  // by trace id, those on their way
  std::vector<TracedDrop> drops_;
};

}  // namespace hostctl::firewall
