#include "tests/firewall/packet_world.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace hostctl::firewall {
namespace {

using nlohmann::json;

constexpr char kHostMac[] = "02:00:00:00:00:01";
constexpr char kPeerMac[] = "02:00:00:00:00:02";
constexpr uint16_t kMarkerType = 0x88b5;  // for local experiments, IEEE 802; no IP: never filtered
constexpr int kDeadlineMilliseconds = 20000;

bool IsIpv6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

std::string HostAddress(const std::string& peer) {
  return IsIpv6(peer) ? "fd00::1" : "10.0.0.1";
}

socklen_t Fill(const std::string& address, uint16_t port, sockaddr_storage& storage) {
  if (IsIpv6(address)) {
    sockaddr_in6 in6 = {};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    inet_pton(AF_INET6, address.c_str(), &in6.sin6_addr);
    std::memcpy(&storage, &in6, sizeof(in6));
    return sizeof(in6);
  }
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &in.sin_addr);
  std::memcpy(&storage, &in, sizeof(in));
  return sizeof(in);
}

int MarkerSocket(const NetworkNamespace& where) {
  int fd = -1;
  where.Run([&] {
    fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(kMarkerType));
    sockaddr_ll link = {};
    link.sll_family = AF_PACKET;
    link.sll_protocol = htons(kMarkerType);
    link.sll_ifindex = static_cast<int>(if_nametoindex("eth0"));
    ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&link), sizeof(link)), 0);
  });
  return fd;
}

// What one observing set has seen: far end's address, protocol, ports.
void ReadSet(const json& set, Direction direction, std::set<Packet>& packets) {
  for (const json& element : set.value("elem", json::array())) {
    const json& key = element.contains("elem") ? element["elem"]["val"] : element;
    const json& parts = key["concat"];
    const bool udp = parts[1] == "udp" || parts[1] == 17;
    packets.insert({direction, udp ? Protocol::kUdp : Protocol::kTcp, parts[0].get<std::string>(),
                    parts[2].get<uint16_t>(), parts[3].get<uint16_t>()});
  }
}

}  // namespace

std::string Packet::ToString() const {
  return (direction == Direction::kInbound ? "in from " : "out to ") + peer +
         (protocol == Protocol::kUdp ? " udp " : " tcp ") + std::to_string(source_port) + " -> " +
         std::to_string(destination_port);
}

std::vector<std::string> PacketWorld::Peers() {
  return {"10.0.0.2", "10.0.0.3", "10.0.0.130", "fd00::2", "fd00::3", "fd00::8000:0:0:2"};
}

PacketWorld::PacketWorld() : host_(NetworkNamespace::Create()), peer_(NetworkNamespace::Create()) {
  // What is sent by one processor arrives in the order it was sent in.
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  EXPECT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);

  Shell(host_, "ip link add eth0 type veth peer name eth0 netns " + peer_.path());
  std::string host = std::string("ip link set lo up; ip link set eth0 address ") + kHostMac +
                     "; ip link set eth0 up; ip addr add 10.0.0.1/24 dev eth0;"
                     "ip addr add fd00::1/32 dev eth0 nodad;";
  std::string peer = std::string("ip link set eth0 address ") + kPeerMac +
                     "; ip link set eth0 up;"
                     "ip neigh add 10.0.0.1 dev eth0 lladdr " +
                     kHostMac + "; ip neigh add fd00::1 dev eth0 lladdr " + kHostMac + ";";
  for (const std::string& address : Peers()) {
    host += "ip neigh add " + address + " dev eth0 lladdr " + kPeerMac + ";";
    peer += "ip addr add " + address + (IsIpv6(address) ? "/32 dev eth0 nodad;" : "/24 dev eth0;");
  }
  Shell(host_, host);
  Shell(peer_, peer);
  std::string observer = "add table inet observer;";
  for (const std::string way : {"in", "out"}) {
    const std::string hook = way + "put";
    const std::string field = way == "in" ? "saddr" : "daddr";
    observer +=
        "add chain inet observer " + way + " {type filter hook " + hook + " priority 100;};";
    for (const std::string family : {"4", "6"}) {
      const std::string set = way + family;
      observer += "add set inet observer " + set + " {type ipv" + family +
                  "_addr . inet_proto . inet_service . inet_service; flags dynamic; size 4096;};"
                  "add rule inet observer " +
                  way + " meta l4proto {tcp, udp} " + (family == "4" ? "ip" : "ip6") + " " + field +
                  " != {" + (family == "4" ? "224.0.0.0/4" : "ff00::/8") + "} add @" + set + " {" +
                  (family == "4" ? "ip" : "ip6") + " " + field +
                  " . meta l4proto . th sport . th dport} drop;";
    }
  }
  Shell(host_, "nft '" + observer + "'");
  marker_out_ = MarkerSocket(peer_);
  marker_in_ = MarkerSocket(host_);
}

PacketWorld::~PacketWorld() {
  close(marker_out_);
  close(marker_in_);
}

void PacketWorld::Send(const Packet& packet) const {
  const bool inbound = packet.direction == Direction::kInbound;
  const std::string host = HostAddress(packet.peer);
  const int type = packet.protocol == Protocol::kUdp ? SOCK_DGRAM : SOCK_STREAM;
  int fd = -1;
  (inbound ? peer_ : host_).Run([&] {
    fd = socket(IsIpv6(packet.peer) ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  });
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_storage from = {};
  const socklen_t from_length = Fill(inbound ? packet.peer : host, packet.source_port, from);
  EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&from), from_length), 0)
      << packet.ToString() << ": " << std::strerror(errno);
  sockaddr_storage to = {};
  const socklen_t to_length = Fill(inbound ? host : packet.peer, packet.destination_port, to);
  // That an outbound packet is dropped is told as EPERM; the observer knows.
  if (type == SOCK_DGRAM) {
    (void)sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), to_length);
  } else {
    (void)connect(fd, reinterpret_cast<const sockaddr*>(&to), to_length);
  }
  close(fd);
}

void PacketWorld::WaitUntilDelivered() const {
  sockaddr_ll link = {};
  link.sll_family = AF_PACKET;
  link.sll_protocol = htons(kMarkerType);
  peer_.Run([&] { link.sll_ifindex = static_cast<int>(if_nametoindex("eth0")); });
  link.sll_halen = ETH_ALEN;
  std::memset(link.sll_addr, 0xff, ETH_ALEN);
  ASSERT_EQ(sendto(marker_out_, "x", 1, 0, reinterpret_cast<const sockaddr*>(&link), sizeof(link)),
            1);
  pollfd poll_fd = {marker_in_, POLLIN, 0};
  ASSERT_EQ(poll(&poll_fd, 1, kDeadlineMilliseconds), 1);
  std::array<char, 100> ignored;
  ASSERT_GT(recv(marker_in_, ignored.data(), ignored.size(), 0), 0);
}

std::set<Packet> PacketWorld::TakePassed() const {
  WaitUntilDelivered();
  const json listing = json::parse(Shell(host_, "nft -j list table inet observer"), nullptr, false);
  std::set<Packet> passed;
  std::string flush;
  for (const json& entry : listing.value("nftables", json::array())) {
    if (!entry.contains("set")) continue;
    const auto name = entry["set"]["name"].get<std::string>();
    const bool inbound = name.rfind("in", 0) == 0;
    ReadSet(entry["set"], inbound ? Direction::kInbound : Direction::kOutbound, passed);
    flush += "flush set inet observer " + name + ";";
  }
  Shell(host_, "nft '" + flush + "'");
  return passed;
}

}  // namespace hostctl::firewall
